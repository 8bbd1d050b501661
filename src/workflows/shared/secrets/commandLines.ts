import { isStandIn } from './names.ts';

/** Between a program and its option, options and lines that go on. */
const between = String.raw`(?:\.exe)?\s[^|;&]{0,300}?(?<=\s)`;
const value = String.raw`["']?([^\s"']{1,200})`;

/** Programs, and the option that each takes a password by, as one word or two. */
const options: readonly string[] = [
  // A user of a container has a colon too: only these mean a password behind it.
  String.raw`\b(?:curl|wget|httpie|https?|xh)${between}(?:-[a-zA-Z]{0,5}[uUa]|--(?:proxy-)?user|--auth)\s*=?\s*["']?[^\s"':/]{1,100}:${value}`,
  String.raw`\bsshpass${between}-p\s*${value}`,
  // With a space behind it, -p asks.
  String.raw`\b(?:mysql|mariadb)[\w-]{0,20}${between}-p${value}`,
  String.raw`\b(?:mongo\w{0,10}|psexec|plink|pscp)${between}-(?:p|pw)\s+${value}`,
  String.raw`\blogin${between}(?:-p|--pass)\s*=?\s*${value}`,
  String.raw`\bredis-cli${between}(?:-a|--pass)\s+${value}`,
  String.raw`\bldap(?:search|modify|add|delete|whoami|passwd)${between}-w\s*${value}`,
  String.raw`\b(?:smbclient|rpcclient|mount\.cifs)${between}-U\s*[^\s%]{1,100}%${value}`,
  String.raw`\b(?:sqlcmd|bcp|isql|zip|unzip)${between}-P\s*${value}`,
  String.raw`\b(?:7z|7za|rar|unrar)${between}-h?p${value}`,
  String.raw`\bopenssl${between}-(?:pass|passin|passout)\s+pass:${value}`,
  String.raw`\b(?:keytool|jarsigner)${between}-(?:store|key|deststore|srcstore)pass\s+${value}`,
  String.raw`\bxfreerdp${between}\/p:${value}`,
  String.raw`\bnet\s+use\s[^\n]{0,200}?\/user:\S{1,100}\s+${value}`,
];
/** An option that says what it takes, of any program. Prose speaks of it: `the --password option`. */
const sayingOption = String.raw`(?:^|\s)-{1,2}[\w-]{0,40}(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key)\s+(?!(?:options?|flags?|parameters?|arguments?|switch|and|or|to|for|with|when|if|in|on|as|of|from|by|takes|has|was|must|should|may|will|it|this|that)\b)(?!-)${value}`;
const lines = [...options.map((option) => new RegExp(option, 'g')), new RegExp(sayingOption, 'gi')];

/** Whether a text has a command line with a password in it: `curl -u user:…`, `sshpass -p …`. */
export function holdsCommandLine(text: string): boolean {
  return lines.some((line) => [...text.matchAll(line)].some(([, given = '']) => !isStandIn(given)));
}
