// Vercel's AI SDK, by both its providers: text, stream, objects, tools, embeddings; @ai-sdk/openai asks /v1/responses.
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai';
import { z } from 'zod';

const baseURL = `${process.env.PARTIMENTO_CHECK_URL}/v1`;
const apiKey = process.env.PARTIMENTO_CHECK_KEY;
const MODEL = 'little';
const prompt = 'Which chords make a ii-V-I in C?';
const schema = z.object({ key: z.string(), chords: z.array(z.string()) });
const passed = [];
const failed = [];

async function step(name, work) {
  try {
    await work();
    passed.push(name);
  } catch (error) {
    failed.push(name);
    console.error(`${name}: ${error.name}: ${String(error.message).slice(0, 600)} ${String(error.responseBody ?? '').slice(0, 300)}`);
  }
}

function expect(truth, got) {
  if (!truth) throw new Error(`got ${JSON.stringify(got)}`);
}

async function checks(name, model, options) {
  await step(`${name}: text`, async () => {
    const { text, usage } = await generateText({ model, prompt, maxRetries: 0 });
    expect(text.includes('Dm7') && usage.outputTokens > 0, { text, usage });
  });
  await step(`${name}: stream`, async () => {
    const parts = [];
    const stream = streamText({ model, prompt: `${prompt} Stream it for ${name}.`, maxRetries: 0, onError: ({ error }) => { throw error; } });
    for await (const part of stream.textStream) parts.push(part);
    expect(parts.length > 2 && parts.join('').includes('Dm7'), parts);
    expect((await stream.finishReason) === 'stop', await stream.finishReason);
  });
  await step(`${name}: object`, async () => {
    const { object } = await generateObject({ model, schema, prompt, maxRetries: 0 });
    expect(object.chords.length > 0, object);
  });
  await step(`${name}: object in a stream`, async () => {
    const { object, partialObjectStream } = streamObject({ model, schema, prompt, maxRetries: 0, onError: () => {} });
    for await (const _ of partialObjectStream);
    expect((await object).chords.length > 0, await object);
  });
  await step(`${name}: tools`, async () => {
    const lookedUp = [];
    const lookUpChord = tool({
      description: 'Notes of a chord',
      inputSchema: z.object({ symbol: z.string() }),
      execute: async ({ symbol }) => (lookedUp.push(symbol), 'D F A C'),
    });
    const { text } = await generateText({ model, prompt, tools: { lookUpChord }, stopWhen: stepCountIs(3), maxRetries: 0 });
    expect(lookedUp.length > 0 && text.includes('Dm7'), { lookedUp, text });
  });
}

const compatible = createOpenAICompatible({ name: 'partimento', baseURL, apiKey, supportsStructuredOutputs: true });
const openai = createOpenAI({ baseURL, apiKey });
await checks('compatible', compatible(MODEL));
await checks('openai, responses', openai(MODEL));
await checks('openai, chat', openai.chat(MODEL));
for (const [name, provider] of [['compatible', compatible], ['openai', openai]]) {
  await step(`${name}: embeddings`, async () => {
    const { embeddings } = await embedMany({ model: provider.textEmbeddingModel('little-embedder'), values: ['a ii-V-I', 'a turnaround'], maxRetries: 0 });
    expect(embeddings.length === 2 && embeddings[0].length === 8, embeddings);
  });
}
console.log(`${passed.length} of ${passed.length + failed.length} steps${failed.length ? `; failed: ${failed.join(', ')}` : ''}`);
process.exit(failed.length ? 1 : 0);
