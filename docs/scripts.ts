import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawMeme } from '../workloads/worker/local-generator';

/** A meme in each script, and what must come out right in it. */
export const SAMPLES = [
  { script: 'Latin', prompt: 'one does not simply, deploy on a Friday' },
  { script: 'Cyrillic', prompt: 'кот ждёт, пока всё масштабируется' },
  { script: 'Greek', prompt: 'η γάτα κοιμάται, όταν δεν έχει δουλειά' },
  { script: 'Arabic', prompt: 'القطة تنام، حتى تصل الرسالة رقم 42' },
  { script: 'Hebrew', prompt: 'החתול ישן (zzz), עד שמגיעה הודעה' },
  { script: 'Devanagari', prompt: 'बिल्ली सोती है, जब कोई काम नहीं' },
  { script: 'Bengali', prompt: 'বিড়াল ঘুমায়, যখন কোনো কাজ নেই' },
  { script: 'Tamil', prompt: 'பூனை தூங்குகிறது, வேலை இல்லாத போது' },
  { script: 'Thai', prompt: 'แมวนอนหลับจนกว่าจะมีข้อความใหม่เข้ามา' },
  { script: 'Chinese', prompt: '猫在睡觉，直到有新消息到来' },
  { script: 'Japanese', prompt: '仕事がない時、猫はずっと寝ている' },
  { script: 'Korean', prompt: '고양이는 일이 없으면, 하루 종일 잔다' },
  { script: 'Georgian', prompt: 'კატას სძინავს, სანამ სამუშაო არ არის' },
  { script: 'Ethiopic', prompt: 'ድመቷ ተኝታለች፣ ሥራ እስኪመጣ ድረስ' },
  { script: 'emoji: families, flags, skin tones', prompt: '👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 🇺🇦 🇯🇵, 👍🏿 ❤️‍🔥 1️⃣ 🐈‍⬛' },
  { script: 'all in one line', prompt: 'cat 猫 قطة חתול बिल्ली แมว 🐱' },
] as const;

const CELL = 300;
const COLUMNS = 4;
const GAP = 4;
const SHEET = join(__dirname, 'images/scripts.png');

async function drawSheet(): Promise<Buffer> {
  const pictures = SAMPLES.map(async ({ prompt }, index) => ({
    input: await sharp(Buffer.from(await drawMeme(prompt, CELL)))
      .png()
      .toBuffer(),
    left: (index % COLUMNS) * (CELL + GAP),
    top: Math.floor(index / COLUMNS) * (CELL + GAP),
  }));
  return sharp({
    create: {
      width: COLUMNS * (CELL + GAP) - GAP,
      height: Math.ceil(SAMPLES.length / COLUMNS) * (CELL + GAP) - GAP,
      channels: 3,
      background: '#ffffff',
    },
  })
    .composite(await Promise.all(pictures))
    .png({ palette: true, compressionLevel: 9, effort: 10 })
    .toBuffer();
}

async function main(): Promise<void> {
  await writeFile(SHEET, await drawSheet());
  console.log(`wrote ${SHEET}`);
}

if (require.main === module) void main();
