import { type MemeResponse } from '../protocol/response';

/** The members of an answer that say where its picture is. */
export type PictureMembers = Pick<MemeResponse, 'image_data' | 'image_object' | 'mime_type'>;

/** Members as they stand in an answer, ready to be put into any number of them. */
export class EncodedPicture {
  /** JSON without its opening brace. */
  readonly tail: Buffer;

  constructor(members: PictureMembers) {
    this.tail = Buffer.from(JSON.stringify(members).slice(1));
  }
}

/**
 * An answer as JSON. A picture is by far the largest part and is the same in many answers, so it is
 * copied, not encoded.
 */
export function answerBody(
  response: Omit<MemeResponse, keyof PictureMembers>,
  picture: EncodedPicture,
): Buffer {
  const head = JSON.stringify(response);
  const length = Buffer.byteLength(head);
  const body = Buffer.allocUnsafe(length + picture.tail.length);
  body.write(head);
  body.write(',', length - 1);
  picture.tail.copy(body, length);
  return body;
}
