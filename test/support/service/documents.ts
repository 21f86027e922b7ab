import { readdirSync, readFileSync } from 'node:fs';
import { projectPath, projectRoot } from '../../../src/project.ts';

/** A fenced block of a document, with what a comment before it says. */
export interface Block {
  document: string;
  line: number;
  language: string;
  text: string;
  /** needs: what must be there before it is run */
  needs: string[];
  /** it goes on until somebody stops it */
  serves: boolean;
  /** why it cannot be run in a test */
  notRun: string | undefined;
}

export interface Document {
  /** relative to the project */
  path: string;
  text: string;
  blocks: Block[];
}

const note = /^<!-- (.*) -->$/;

function readBlocks(document: string, text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, language] = /^```(\w*)$/.exec(lines[at]) ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${document}:${at + 1}: a block without an end`);
    const said = note.exec(lines[at - 1] ?? '')?.[1] ?? '';
    blocks.push({
      document,
      line: at + 1,
      language,
      text: lines.slice(at + 1, end).join('\n'),
      needs: /^needs: (.*)$/.exec(said)?.[1]?.split(' ') ?? [],
      serves: said === 'serves',
      notRun: /^not run here: (.*)$/.exec(said)?.[1],
    });
    at = end;
  }
  return blocks;
}

/** All that is written for people who use Pannier or work on it. */
export function readDocuments(): Document[] {
  const inside = (folder: string) =>
    readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  const top = readdirSync(projectRoot).filter((name) => name.endsWith('.md'));
  return [...top, ...inside('docs'), ...inside('models')].sort().map((path) => {
    const text = readFileSync(projectPath(path), 'utf8');
    return { path, text, blocks: readBlocks(path, text) };
  });
}
