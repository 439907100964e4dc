import { expect, test } from 'vitest';
import { splitName } from './split-name.ts';

const table: [name: string, first: string | undefined, last: string | undefined][] = [
  ['Anna Lee', 'Anna', 'Lee'],
  ['Anna Maria Lee', 'Anna Maria', 'Lee'],
  ['Madonna', undefined, 'Madonna'],
  ['  Anna \t\n Lee  ', 'Anna', 'Lee'],
  ['Anna\u00A0Lee\u3000', 'Anna', 'Lee'],
  ['Anna\u200BLee', 'Anna', 'Lee'],
  ['', undefined, undefined],
  [' \t\u200B\u3164 ', undefined, undefined],
  // particles
  ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
  ['Vincent Van Gogh', 'Vincent', 'Van Gogh'],
  ['Maria de la Cruz', 'Maria', 'de la Cruz'],
  ['Luís dos Santos', 'Luís', 'dos Santos'],
  ['Maria del Carmen Ruiz', 'Maria del Carmen', 'Ruiz'],
  ['Leonardo da Vinci', 'Leonardo', 'da Vinci'],
  ['Otto von und zu Berg', 'Otto von und', 'zu Berg'],
  ['Mohammed bin Salman', 'Mohammed', 'bin Salman'],
  ['Nasser al-Rashid', 'Nasser', 'al-Rashid'],
  ['Nasser Al Rashid', 'Nasser', 'Al Rashid'],
  ['Eva St. Clair', 'Eva', 'St. Clair'],
  ["Jeanne d'Arc", 'Jeanne', "d'Arc"],
  ['van Beethoven', undefined, 'van Beethoven'],
  ['de la Cruz', undefined, 'de la Cruz'],
  ['Van Morrison', 'Van', 'Morrison'],
  ['Al Pacino', 'Al', 'Pacino'],
  // Last, First
  ['Lee, Anna', 'Anna', 'Lee'],
  ['de la Cruz, Maria José', 'Maria José', 'de la Cruz'],
  ['Lee， Anna', 'Anna', 'Lee'],
  ['Lee,', undefined, 'Lee'],
  [', Anna', undefined, 'Anna'],
  [',,,', undefined, undefined],
  ['Acme, Sales, EU', 'Sales EU', 'Acme'],
  // titles and suffixes
  ['Dr. Anna Lee', 'Anna', 'Lee'],
  ['Prof. Dr. Anna Lee', 'Anna', 'Lee'],
  ['Lee, Dr. Anna', 'Anna', 'Lee'],
  ['Mr. Lee', undefined, 'Lee'],
  ['Dr.', undefined, 'Dr.'],
  ['Martin Luther King Jr.', 'Martin Luther', 'King Jr.'],
  ['Martin Luther King, Jr.', 'Martin Luther', 'King Jr.'],
  ['King, Martin Luther, Jr.', 'Martin Luther', 'King Jr.'],
  ['King Jr., Martin Luther', 'Martin Luther', 'King Jr.'],
  ['John Smith III', 'John', 'Smith III'],
  ['Anna Iv', 'Anna', 'Iv'],
  ['Jr.', undefined, 'Jr.'],
  // scripts
  ['山田太郎', undefined, '山田太郎'],
  ['山田 太郎', '太郎', '山田'],
  ['김 민준', '민준', '김'],
  ['ジョン スミス', 'ジョン', 'スミス'],
  ['김민준', undefined, '김민준'],
  ['Nguyễn Văn An', 'Nguyễn Văn', 'An'],
  ['Σοφία Παπαδοπούλου', 'Σοφία', 'Παπαδοπούλου'],
  ['สมชาย ใจดี', 'สมชาย', 'ใจดี'],
  ['דוד לוי', 'דוד', 'לוי'],
  ['Анна Каренина', 'Анна', 'Каренина'],
  ['محمد علي', 'محمد', 'علي'],
  ['ಅನ್ನಾ ಲೀ', 'ಅನ್ನಾ', 'ಲೀ'],
  // emoji and dashes
  ['🎉 Anna Lee 👩‍👩‍👧', 'Anna', 'Lee'],
  ['Anna - Lee', 'Anna', 'Lee'],
  ['🎉', undefined, '🎉'],
  ['🎉 ❤️', '🎉', '❤️'],
];

test.each(table)('%j is split into %j and %j', (name, first, last) => {
  expect(splitName(name)).toEqual({ ...(first && { first }), ...(last && { last }) });
});

test('a name of 200,000 words is split', () => {
  expect(splitName('van '.repeat(200_000)).last).toHaveLength(200_000 * 4 - 1);
});
