import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type CollectionTag, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

/** Any value of a template. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The parts of a CloudFormation template that tests read. */
export interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: Value; readonly AllowedPattern?: string }>>;
  readonly Conditions?: Readonly<Record<string, Value>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Condition?: string; readonly Properties?: Value }>
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Value }>>;
}

export const awsFolder = join(__dirname, '..', '..', 'deploy', 'aws');
export const templateNames = ['seller.yaml', 'http.yaml', 'buy-with-prime.yaml'] as const;

const functions = ['If', 'Not', 'And', 'Or', 'Equals', 'GetAtt', 'Sub', 'Join', 'Select', 'Split'];
const longName = (name: string): string => (functions.includes(name) ? `Fn::${name}` : name);

/** The short forms of CloudFormation’s functions, as their long ones. */
const tags = [...functions, 'Ref', 'Condition'].flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => ({ [longName(name)]: text }) },
  ...(['seq', 'map'] as const).map((collection): CollectionTag => ({
    tag: `!${name}`,
    collection,
    resolve: (node: YAMLSeq | YAMLMap) => ({ [longName(name)]: node.toJSON() }),
  })),
]);

export function templateText(name: string): string {
  return readFileSync(join(awsFolder, name), 'utf8');
}

export function readTemplate(name: string): Template {
  return parse(templateText(name), { customTags: tags }) as Template;
}

const noValue = Symbol('AWS::NoValue');
const isObject = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The resources that CloudFormation would make with these parameters, conditions resolved, references left as they are. */
export function resourcesWith(template: Template, given: Readonly<Record<string, Value>>): Template['Resources'] {
  const parameters = new Map(
    Object.entries(template.Parameters).map(([name, { Default }]) => [name, given[name] ?? Default ?? '']),
  );

  function holds(condition: Value): boolean {
    if (!isObject(condition)) throw new Error(`no condition: ${JSON.stringify(condition)}`);
    const [[name, operand] = ['', null]] = Object.entries(condition);
    const operands = Array.isArray(operand) ? (operand as readonly Value[]) : [operand];
    if (name === 'Condition') return isNamed(textOf(operand));
    if (name === 'Fn::Not') return !holds(operands[0] ?? null);
    if (name === 'Fn::And') return operands.every(holds);
    if (name === 'Fn::Or') return operands.some(holds);
    if (name === 'Fn::Equals') return textOf(operands[0]) === textOf(operands[1]);
    throw new Error(`no condition: ${name}`);
  }
  function isNamed(name: string): boolean {
    const condition = template.Conditions?.[name];
    if (condition === undefined) throw new Error(`no condition is named ${name}`);
    return holds(condition);
  }
  /** Parameters are texts for CloudFormation, whatever their type. */
  function textOf(value: Value = ''): string {
    const found = isObject(value) ? parameters.get(textOf(value['Ref'])) : value;
    return typeof found === 'string' ? found : JSON.stringify(found);
  }
  function resolved(value: Value): Value | typeof noValue {
    if (Array.isArray(value)) return value.map(resolved).filter((each) => each !== noValue);
    if (!isObject(value)) return value;
    if (value['Ref'] === 'AWS::NoValue') return noValue;
    const choice = value['Fn::If'];
    if (Array.isArray(choice)) return resolved(choice[isNamed(textOf(choice[0])) ? 1 : 2]);
    const members = Object.entries(value).map(([key, each]) => [key, resolved(each)] as const);
    return Object.fromEntries(members.filter(([, each]) => each !== noValue)) as Value;
  }

  const kept = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || isNamed(Condition),
  );
  return Object.fromEntries(kept.map(([name, resource]) => [name, resolved(resource as unknown as Value)])) as never;
}
