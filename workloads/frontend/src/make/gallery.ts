import { isPending, type Meme } from './meme';

const DATABASE = 'meme-generator';
const MEMES = 'memes';

/** Most memes kept; the oldest finished ones go first. */
export const GALLERY_SIZE = 60;

/** The memes of this browser, kept over reloads in IndexedDB. */
export class Gallery {
  private constructor(private readonly database: IDBDatabase) {}

  /** @throws DOMException where the browser keeps nothing for this page */
  static async open(): Promise<Gallery> {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(MEMES, { keyPath: 'id' });
    return new Gallery(await settled(opening));
  }

  /** All memes, newest first. */
  async all(): Promise<Meme[]> {
    const memes = await settled<Meme[]>(this.store('readonly').getAll());
    return memes.sort((a, b) => b.createdAt - a.createdAt);
  }

  async put(meme: Meme): Promise<void> {
    await this.write((store) => store.put(meme));
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.write((store) => ids.forEach((id) => store.delete(id)));
  }

  /** A request that succeeded is not kept yet: the commit may still find that there is no room. */
  private write(change: (store: IDBObjectStore) => void): Promise<void> {
    const store = this.store('readwrite');
    const { transaction } = store;
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(transaction.error ?? new Error('the browser took the change back'));
      change(store);
    });
  }

  private store(mode: IDBTransactionMode): IDBObjectStore {
    return this.database.transaction(MEMES, mode).objectStore(MEMES);
  }
}

/**
 * Which memes no longer have a place.
 *
 * @param memes newest first
 */
export function overflow(memes: readonly Meme[], size = GALLERY_SIZE): Meme[] {
  return memes.slice(size).filter((meme) => !isPending(meme));
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });
}
