// An official openai client for Node against a gateway, with one model of one provider. From the environment: PACKAGE (the client), BASE_URL, API_KEY,
// MODEL, EMBEDDING_MODEL, IMAGES (whether the model takes them), PROVIDER and CONTROL (the simulator behind it). One line "ok NAME" a check.
import assert from 'node:assert/strict';

const { PACKAGE, BASE_URL: baseURL, API_KEY: apiKey, MODEL: model, EMBEDDING_MODEL, IMAGES, PROVIDER: provider, CONTROL } = process.env;
const { default: OpenAI } = await import(PACKAGE);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const ask = text => [{ role: 'user', content: text }];
const messages = ask('Say something. [[tokens=12]]');
const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const schema = { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'integer' } }, required: ['city', 'degrees'], additionalProperties: false };
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }];

const fault = async definition => {
  const response = await fetch(new URL('control/faults', CONTROL), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ provider, count: 1, ...definition }),
  });
  assert.ok(response.ok, await response.text());
};

// Thinking counts as completion too, and some models think without being asked.
const written = usage => usage.completion_tokens - (usage.completion_tokens_details?.reasoning_tokens ?? 0);

const answersTo = (calls, result) => calls.map(call => ({ role: 'tool', tool_call_id: call.id, content: result }));

const checks = {
  async chat_answers_in_full() {
    const answer = await client.chat.completions.create({ model, messages });
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, model);
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 3600);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.equal(written(answer.usage), 12);
  },

  async chat_ends_at_its_limit() {
    const answer = await client.chat.completions.create({ model, messages: ask('Much, please. [[tokens=50]]'), max_completion_tokens: 7 });
    assert.equal(answer.choices[0].finish_reason, 'length');
    assert.equal(answer.usage.completion_tokens, 7);
  },

  async stream_arrives_in_pieces_with_usage_when_asked() {
    const whole = await client.chat.completions.create({ model, messages });
    const stream = await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const choices = chunks.flatMap(chunk => chunk.choices);
    assert.ok(choices.filter(choice => choice.delta.content).length > 1);
    assert.equal(choices.map(choice => choice.delta.content ?? '').join(''), whole.choices[0].message.content);
    assert.equal(choices.filter(choice => choice.delta.role).length, 1);
    assert.deepEqual(choices.map(choice => choice.finish_reason).filter(reason => reason), ['stop']);
    assert.equal(chunks.filter(chunk => chunk.usage).length, 1);
    assert.equal(written(chunks.at(-1).usage), 12);
    assert.equal(chunks.at(-1).choices.length, 0);
    assert.equal(new Set(chunks.map(chunk => chunk.id)).size, 1);
    assert.equal(new Set(chunks.map(chunk => chunk.created)).size, 1);
  },

  async stream_has_no_usage_when_not_asked() {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) {
      assert.equal(chunk.usage ?? null, null);
      assert.equal(chunk.choices.length, 1);
    }
  },

  async a_stream_that_breaks_throws() {
    await fault({ ending: 'error', afterChunks: 4 });
    const stream = await client.chat.completions.create({ model, messages: ask('Say much. [[tokens=40]]'), stream: true });
    await assert.rejects(async () => { for await (const chunk of stream) void chunk; });
  },

  async tools_are_called_in_parallel_and_take_their_results() {
    const question = ask('Weather in two towns? [[tool=2]]');
    const first = await client.chat.completions.create({ model, messages: question, tools });
    const message = first.choices[0].message;
    assert.equal(first.choices[0].finish_reason, 'tool_calls');
    assert.equal(message.tool_calls.length, 2);
    assert.equal(new Set(message.tool_calls.map(call => call.id)).size, 2);
    for (const call of message.tool_calls) {
      assert.equal(call.function.name, 'weather');
      assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
    }
    const results = answersTo(message.tool_calls, '{"degrees":20}');
    const second = await client.chat.completions.create({ model, messages: [...question, message, ...results], tools });
    assert.equal(second.choices.length, 1);
    assert.ok(['stop', 'tool_calls'].includes(second.choices[0].finish_reason));
  },

  async a_required_tool_is_called() {
    const answer = await client.chat.completions.create({ model, messages, tools, tool_choice: { type: 'function', function: { name: 'weather' } } });
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    assert.equal(answer.choices[0].message.content, null);
  },

  async tools_in_streams_keep_their_numbers_and_take_their_results() {
    const question = ask('Weather in three towns? [[tool=3]]');
    const runner = client.chat.completions.stream({ model, messages: question, tools, stream_options: { include_usage: true } });
    const message = await runner.finalMessage();
    assert.equal(message.tool_calls.length, 3);
    for (const call of message.tool_calls) assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
    const plain = { role: 'assistant', content: null, tool_calls: message.tool_calls.map(({ id, type, function: f }) => ({ id, type, function: { name: f.name, arguments: f.arguments } })) };
    const second = await client.chat.completions.create({ model, messages: [...question, plain, ...answersTo(message.tool_calls, 'sunny')], tools, tool_choice: 'none' });
    assert.equal(second.choices[0].finish_reason, 'stop');
  },

  async a_json_schema_is_kept_to() {
    const answer = await client.chat.completions.parse({
      model, messages, max_tokens: 200, response_format: { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema } },
    });
    const value = JSON.parse(answer.choices[0].message.content);
    assert.equal(typeof value.city, 'string');
    assert.ok(Number.isInteger(value.degrees));
  },

  async an_image_is_taken_or_refused_by_name() {
    const seen = client.chat.completions.create({
      model, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it? [[tokens=5]]' }, { type: 'image_url', image_url: { url: pixel } }] }],
    });
    if (IMAGES === 'yes') {
      assert.equal(written((await seen).usage), 5);
    } else {
      await assert.rejects(seen, error => error instanceof OpenAI.BadRequestError && error.code === 'unsupported_parameter' && error.param.startsWith('messages'));
    }
  },

  async embeddings_come_in_order_with_their_usage() {
    const texts = ['one', 'two', 'three'];
    const all = await client.embeddings.create({ model: EMBEDDING_MODEL, input: texts });
    assert.deepEqual(all.data.map(item => item.index), [0, 1, 2]);
    for (const [index, text] of texts.entries()) {
      const one = await client.embeddings.create({ model: EMBEDDING_MODEL, input: text, encoding_format: 'float' });
      assert.ok(one.data[0].embedding.length > 0);
      assert.deepEqual(all.data[index].embedding, one.data[0].embedding.map(Math.fround));
    }
    assert.equal(typeof all.usage.prompt_tokens, 'number');
    const short = await client.embeddings.create({ model: EMBEDDING_MODEL, input: 'one', dimensions: 4 });
    assert.equal(short.data[0].embedding.length, 4);
  },

  async the_model_is_listed_and_found() {
    const list = await client.models.list();
    assert.ok(list.data.some(listed => listed.id === 'auto'));
    assert.ok(list.data.some(listed => listed.id === model));
    const found = await client.models.retrieve(model);
    assert.equal(found.id, model);
    assert.equal(found.owned_by, provider);
    assert.equal(found.thotnet.type, 'chat');
  },

  async an_unknown_model_is_a_NotFoundError() {
    await assert.rejects(client.chat.completions.create({ model: 'no-such-model', messages }), error =>
      error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  },

  async a_wrong_field_is_a_BadRequestError_that_names_it() {
    await assert.rejects(client.chat.completions.create({ model, messages, temperature: 9 }), error =>
      error instanceof OpenAI.BadRequestError && error.param === 'temperature');
  },

  async a_wrong_key_is_an_AuthenticationError() {
    await assert.rejects(new OpenAI({ baseURL, apiKey: 'sk-not-a-key-of-ours', maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);
  },

  async a_failing_provider_is_an_InternalServerError() {
    await fault({ status: 503, body: '{}' });
    const once = client.chat.completions.create({ model, messages }, { headers: { 'x-thotnet-max-wait': '0' } });
    await assert.rejects(once, error => error instanceof OpenAI.InternalServerError && error.code === 'provider_unavailable');
  },

  async a_failure_is_retried_when_it_says() {
    await fault({ status: 503, body: '{}' });
    const patient = new OpenAI({ baseURL, apiKey, maxRetries: 2, defaultHeaders: { 'x-thotnet-max-wait': '0' } });
    const answer = await patient.chat.completions.create({ model, messages });
    assert.equal(written(answer.usage), 12);
  },

  // The last check: it closes the provider's budget.
  async a_throttled_provider_is_a_RateLimitError() {
    await fault({ status: 429, headers: { 'retry-after': '7' }, body: '{"error":{"code":429,"message":"Rate limit exceeded","status":"RESOURCE_EXHAUSTED"}}' });
    const once = client.chat.completions.create({ model, messages }, { headers: { 'x-thotnet-max-wait': '0' } });
    await assert.rejects(once, error => error instanceof OpenAI.RateLimitError && Number(error.headers.get('retry-after')) >= 1);
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`failed ${name}: ${error.stack}`);
    process.exitCode = 1;
  }
}
