// The official openai client for Node against a gateway: BASE_URL and API_KEY come from the environment. One line "ok NAME" a check.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const baseURL = process.env.BASE_URL;
const client = new OpenAI({ baseURL, apiKey: process.env.API_KEY, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say something. [[tokens=12]]' }];

const checks = {
  async chat_answers_in_full() {
    const answer = await client.chat.completions.create({ model: 'auto', messages });
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.equal(answer.usage.completion_tokens, 12);
  },

  async stream_arrives_in_pieces_with_usage_when_asked() {
    const stream = await client.chat.completions.create({ model: 'auto', messages, stream: true, stream_options: { include_usage: true } });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.flatMap(chunk => chunk.choices).map(choice => choice.delta);
    assert.ok(deltas.filter(delta => delta.content).length > 1);
    assert.equal(deltas.filter(delta => delta.role).length, 1);
    assert.equal(chunks.filter(chunk => chunk.usage).length, 1);
    assert.equal(chunks.at(-1).usage.completion_tokens, 12);
    assert.equal(chunks.at(-1).choices.length, 0);
    assert.equal(new Set(chunks.map(chunk => chunk.id)).size, 1);
  },

  async stream_has_no_usage_when_not_asked() {
    const stream = await client.chat.completions.create({ model: 'auto', messages, stream: true });
    for await (const chunk of stream) {
      assert.equal(chunk.usage ?? null, null);
      assert.equal(chunk.choices.length, 1);
    }
  },

  async tools_come_back_as_calls() {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const answer = await client.chat.completions.create({ model: 'auto', messages, tools, tool_choice: 'required' });
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    assert.equal(answer.choices[0].message.tool_calls[0].function.name, 'weather');
    JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments);
  },

  async a_model_with_a_slash_is_found() {
    const list = await client.models.list();
    const slashed = list.data.find(model => model.id.includes('/'));
    assert.equal((await client.models.retrieve(slashed.id)).id, slashed.id);
  },

  async an_unknown_model_is_a_NotFoundError() {
    await assert.rejects(client.chat.completions.create({ model: 'no-such-model', messages }), error => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.equal(error.code, 'model_not_found');
      return true;
    });
  },

  async a_wrong_field_is_a_BadRequestError_that_names_it() {
    await assert.rejects(client.chat.completions.create({ model: 'auto', messages, temperature: 9 }), error => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.param, 'temperature');
      return true;
    });
  },

  async a_wrong_key_is_an_AuthenticationError() {
    const stranger = new OpenAI({ baseURL, apiKey: 'sk-not-a-key-of-ours', maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log(`ok ${name}`);
}
