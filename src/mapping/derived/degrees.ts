/**
 * Degrees, licenses, certificates, honors and offices that follow a name. Words are compared in lower case,
 * without dots, hyphens and marks, so one list has `B.S.N.`, `BSN` and `PMP®`.
 */
import { bareWord, wordList } from './bare-word.ts';

/** Valid in upper and lower case, because none of them is a name. */
const DEGREES = wordList(
  // doctors
  'phd phdc dphil edd dba jd sjd jsd dds dmd dvm pharmd dsc dlitt thd psyd dnp drph drphil drmed drrernat mudr judr rndr',
  // masters and bachelors
  'mba msc mphil meng mfa mres mpa mph mha msw mcom mchem mpharm mtech mdiv mvsc msn msed bsc beng bfa bba bcom bed btech bsn bsw bvsc bpharm llb llm',
  // medicine, nursing, therapy
  'mbbs mbchb mbbchir chb bchir bds rph lcsw licsw lmft lpcc lmhc aprn arnp crna pmhnp bcba dnb frcs frcp frcpc mrcp mrcs mrcgp facp facs facc facep faap facog faafp',
  // the professions
  'cpa cfa cfp chfc frm fcca esq pmp capm phr sphr cissp cism crisc ccie ccna mcse aicp ncarb miet cipd fcipd',
  // additions to a degree
  'hons',
);

/**
 * These may also be names or initials (`Ma`, `Md` and `Pac` are names). They count only if they are in
 * capitals, have dots inside, or have a capital inside (`EdS`).
 */
const SHORT_DEGREES = wordList(
  'ceng mice acca caia cisa emba ma ba md do rn bs ms jd pe ra eds scd pac fnp cnm otr otrl cccslp slp dpt dnm dpm dcn lpc lpn ncc ceo cfo cto coo cio cmo ciso evp svp obe mbe cbe kbe dbe aca cima cia cipp cipm leedap asid fca osb ofm cssr',
);

/**
 * These are as short as initials. They count only after a first name and a last name (`Kim Oh, D.C.`, but not
 * `Lewis, D.C.`).
 */
const AMBIGUOUS = wordList('od dc sj qc kc np');

/** Words next to a degree: `PhD candidate`, `B.A. (Hons)`, `Mag. (FH)`. */
const BESIDE_DEGREES = wordList('candidate cand student fh univ c abd retired ret');

/** Whether a single word is a degree or something similar. */
export function isDegree(word: string): boolean {
  const letters = bareWord(word);
  return DEGREES.has(letters) || (SHORT_DEGREES.has(letters) && looksLikeDegree(word));
}

/** @param isFirstLast a first name and a last name come before the comma */
export function isDegreeAfterComma(word: string, isFirstLast: boolean): boolean {
  return isDegree(word) || (isFirstLast && AMBIGUOUS.has(bareWord(word)) && looksLikeDegree(word));
}

/** Whether a word next to a degree belongs to it. */
export function isBesideDegree(word: string): boolean {
  return BESIDE_DEGREES.has(bareWord(word));
}

/** True for `MSc Economics`, but not for `MD Abdul`, because Md is a name. */
export function startsDegree([first, ...others]: readonly string[]): boolean {
  if (first === undefined || others.length === 0) return false;
  return DEGREES.has(bareWord(first));
}

function looksLikeDegree(word: string): boolean {
  return word === word.toUpperCase() || /\p{L}\.\p{L}/u.test(word) || /\p{L}\p{Lu}/u.test(word);
}

/**
 * Three or more capitals without a vowel, such as `XCPT`. After a name that is not in capitals, they are a
 * certificate and not a name such as `EVA`. In other scripts this cannot be seen.
 */
export function isUnknownCertificate(word: string): boolean {
  return /^[B-DF-HJ-NP-TV-XZ]{3,}$/.test(word);
}
