// Reads cases as JSON from standard input, judges and runs each, and writes what became of them as JSON.
//
// A case is { definition, input, replies }: a state machine as JSON, its input, and for each task state the replies to its calls, each
// { input, output } or { input, error, cause }. The first reply is taken that has the call's input and was not taken before. Nothing
// waits: waits and retries take a millisecond.

import { StateMachine } from 'aws-local-stepfunctions';
import validate from 'asl-validator';

// The executor is written for a newer Node.
Promise.withResolvers ??= () => {
  let resolve, reject;
  const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
};

/** Calls visit for every state, those within others included. */
function each(graph, visit) {
  for (const [name, state] of Object.entries(graph.States)) {
    visit(name, state);
    for (const inner of [...(state.Branches ?? []), state.ItemProcessor ?? state.Iterator].filter(Boolean)) each(inner, visit);
  }
}

/** Writes a value with the fields in the order of their names, so that equal values are equal texts. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
}

/** The payload of a call of a service, which the service takes as text or as it is. */
function payload(resource, input) {
  if (!resource.startsWith('arn:aws:states:::')) return input;
  const value = input.Message ?? input.MessageBody ?? input.Input;
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

async function run({ definition, input, replies }) {
  const machine = JSON.parse(definition);
  const calls = [], tasks = {}, waits = {}, retries = {};
  each(machine, (name, state) => {
    if (state.Type === 'Wait') waits[name] = 1;
    if (state.Retry) retries[name] = 1;
    if (state.Type !== 'Task') return;
    const left = [...(replies?.[name] ?? [])];
    tasks[name] = (input) => {
      const given = payload(state.Resource, input);
      calls.push({ state: name, input: given });
      const at = left.findIndex((r) => canonical(r.input) === canonical(given));
      if (at < 0) throw named('UnexpectedCall', `${name} is called with ${JSON.stringify(given)}`);
      const [reply] = left.splice(at, 1);
      if (reply.error !== undefined) throw named(reply.error, reply.cause);
      return reply.output;
    };
  });
  const outcome = { calls, invalid: check(machine) };
  try {
    const options = { overrides: { taskResourceLocalHandlers: tasks, waitTimeOverrides: waits, retryIntervalOverrides: retries } };
    outcome.output = await new StateMachine(machine, { validationOptions: { noValidate: true } }).run(input, options).result;
  } catch (e) {
    const cause = e.cause ?? e;
    outcome.error = cause.name ?? String(cause);
    outcome.cause = cause.message ?? '';
  }
  return outcome;
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** What the validator says of a definition. */
function check(machine) {
  const { isValid, errorsText } = validate(machine);
  return isValid ? '' : errorsText();
}

let text = '';
for await (const chunk of process.stdin) text += chunk;
const outcomes = [];
for (const c of JSON.parse(text)) outcomes.push(await run(c));
process.stdout.write(JSON.stringify(outcomes));
