using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>The wire as vLLM's and SGLang's own sources write it, and what becomes of answers that are not so.</summary>
public sealed class DialectTests
{
    private static readonly TraceQuery Query = new([10, 11], [[20, 21]]);

    private const string Vllm = """
        {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":" x","logprobs":
        {"text_offset":[0,1],"token_logprobs":[-0.25,-1.5],"tokens":["a","b"],"top_logprobs":[null,null]},"finish_reason":"stop",
        "stop_reason":7,"prompt_logprobs":[null,{"11":{"logprob":-3.0,"rank":9,"decoded_token":"b"}},
        {"20":{"logprob":-0.5,"rank":1,"decoded_token":"c"},"99":{"logprob":-0.1,"rank":1,"decoded_token":"z"}},
        {"21":{"logprob":-9999.0,"rank":500,"decoded_token":"d"}}],"token_ids":[30,7]}],"usage":{"prompt_tokens":4}}
        """;

    private const string Sglang = """
        {"text":" x","output_ids":[30,7],"meta_info":{"id":"1","prompt_tokens":4,"finish_reason":{"type":"stop","matched":7},
        "input_token_logprobs":[[null,11,null],[-0.5,20,null],[-2.25,21," d"]],"output_token_logprobs":[[-0.25,30,null]]}}
        """;

    private const string Innate = """
        {"rows":[{"rewards":[1.5],"traces":[{"tokens":[20,21],"text":["a","b"],"q":[1.5,2],"v":[2,2.5],"v_next":[2.5,0],
        "logprob":[-0.5,-0.5],"entropy":[0.1,0.2],"self_certainty":[3,4],"reward":[-1,2]}]}],"fingerprint":"f"}
        """;

    [Fact]
    public void Requests_are_what_the_engines_take()
    {
        Assert.Equal(
            """v1/completions {"model":"m","prompt":[10,11,20,21],"max_tokens":1,"temperature":0,"prompt_logprobs":0}""",
            Text(new VllmDialect().AskTraces("m", Query, 1)));
        Assert.Equal(
            """generate {"input_ids":[10,11,20,21],"sampling_params":{"max_new_tokens":0,"temperature":0},"return_logprob":true,"logprob_start_len":1}""",
            Text(new SglangDialect().AskTraces("m", Query, 1)));
        Assert.Equal(
            """v1/completions {"model":"m","prompt":[10],"max_tokens":9,"temperature":1,"top_p":1,"top_k":-1,"min_p":0,"repetition_penalty":1,"""
            + """
            "frequency_penalty":0,"presence_penalty":0,"stop_token_ids":[2],"seed":5,"logprobs":0,"return_token_ids":true,"include_stop_str_in_output":true}
            """.Trim(),
            Text(new VllmDialect().AskResponse("m", [10], new SamplingOptions { MaxTokens = 9, StopIds = [2] }, 5)));
    }

    [Fact]
    public void Answers_are_read_at_the_tokens_that_were_asked_about()
    {
        TokenTrace trace = new VllmDialect().ReadTraces(Read(Vllm), Query, 1)[0];
        Assert.Equal([-0.5, double.NegativeInfinity], trace.LogProbability); // -9999 is vLLM's minus infinity
        Assert.Equal([-0.5, -2.25], new SglangDialect().ReadTraces(Read(Sglang), Query, 1)[0].LogProbability);
        TokenTrace whole = new InnateDialect().ReadTraces(Read(Innate), Query, 2)[0];
        Assert.Equal([2.5, 2.5], whole.V.Select((_, h) => whole.NextV(h) + (h == 0 ? 0 : 2.5)));
        Assert.Equal([3.0, 4.0], [whole.SelfCertainty(0), whole.SelfCertainty(1)]);

        GeneratedResponse drawn = new VllmDialect().ReadResponse(Read(Vllm));
        Assert.Equal([30, 7], drawn.TokenIds);
        Assert.Equal(FinishReason.Stop, drawn.FinishReason);
        Assert.Equal([-0.25, -1.5], drawn.LogProbabilities);
        Assert.Equal([30, 7], new SglangDialect().ReadResponse(Read(Sglang)).TokenIds);
    }

    [Theory]
    [InlineData("vllm", "\"11\":{\"logprob\":-3.0", "\"11\":{\"logprob\":-3.0", null)]
    [InlineData("vllm", "\"choices\"", "\"choice\"", "the answer: expected a member \"choices\", found an object")]
    [InlineData("vllm", "\"prompt_logprobs\":[null,", "\"prompt_logprobs\":[",
        "choices[0].prompt_logprobs: expected 4 items, found a list of 3 items")]
    [InlineData("vllm", "\"20\":{", "\"22\":{", "choices[0].prompt_logprobs[2]: expected a member \"20\", found an object")]
    [InlineData(
        "vllm", "-0.5", "12.5",
        "choices[0].prompt_logprobs[2].20.logprob: expected a log-probability of at most 0 (does the engine hand out logits in "
        + "their place?), found the number 12.5")]
    [InlineData("vllm", "-0.5", "1e999",
        "choices[0].prompt_logprobs[2].20.logprob: expected a finite number, found the number 1e999")]
    [InlineData("vllm", "-0.5", "\"-0.5\"", "choices[0].prompt_logprobs[2].20.logprob: expected a finite number, found a text")]
    [InlineData("sglang", "[-0.5,20,null]", "[-0.5,19,null]",
        "meta_info.input_token_logprobs[1][1]: expected the token 20, found the number 19")]
    [InlineData("sglang", "[null,11,null],", "",
        "meta_info.input_token_logprobs: expected at least 3 items, the first of them the prompt's, found a list of 2 items")]
    [InlineData("sglang", "-2.25", "null", "meta_info.input_token_logprobs[2][0]: expected a finite number, found null")]
    [InlineData("innate", "\"q\":[1.5,2]", "\"q\":[1.5]", "rows[0].traces[0].q: expected 2 items, found a list of 1 items")]
    [InlineData("innate", "\"entropy\"", "\"entropies\"", "rows[0].traces[0]: expected a member \"entropy\", found an object")]
    public void A_malformed_answer_is_one_sentence_with_address_place_expected_and_found(
        string kind, string part, string instead, string? sentence)
    {
        string answer = TextOf(kind);
        Assert.Contains(part, answer, StringComparison.Ordinal);
        Reply reply = Read(answer.Replace(part, instead, StringComparison.Ordinal));
        if (sentence is null) DialectOf(kind).ReadTraces(reply, Query, 1);
        else
        {
            Assert.Equal($"http://h/: {sentence}.",
                Assert.Throws<EngineException>(() => DialectOf(kind).ReadTraces(reply, Query, 1)).Message);
        }
    }

    [Fact]
    public void A_row_that_innate_cannot_score_is_the_inputs_fault() =>
        Assert.Equal("http://h/: too long.", Assert.Throws<InputException>(() =>
            new InnateDialect().ReadTraces(Read("""{"rows":[{"error":"too long","line":1}]}"""), Query, 1)).Message);

    [Theory]
    [InlineData("vllm")]
    [InlineData("sglang")]
    [InlineData("innate")]
    public void Damaged_answers_are_refused_or_read_and_nothing_else(string kind)
    {
        IEngineDialect dialect = DialectOf(kind);
        var random = new Random(7);
        int read = 0, refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            JsonNode json = JsonNode.Parse(TextOf(kind))!;
            for (int k = random.Next(1, 4); k > 0; k--) Damage(json, random);
            Reply reply = Read(json.ToJsonString().Replace("HALF", "\\ud800", StringComparison.Ordinal));
            try
            {
                TokenTrace trace = dialect.ReadTraces(reply, Query, 1).Single();
                Assert.Equal(Query.Responses[0], trace.Tokens);
                Assert.Equal(2, trace.LogProbability.Length);
                Assert.All(trace.LogProbability, l => Assert.True(l <= 1e-3));
                if (trace.Parts == TraceParts.All)
                {
                    Assert.All(trace.Q.Concat(trace.V).Concat(trace.Entropy), x => Assert.True(double.IsFinite(x)));
                }

                read++;
            }
            catch (Exception e) when (e is EngineException or InputException)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }

            try
            {
                GeneratedResponse drawn = dialect.ReadResponse(reply);
                if (!dialect.DrawsTempered) Assert.Equal(drawn.TokenIds.Length, drawn.LogProbabilities.Length);
            }
            catch (Exception e) when (e is EngineException or InputException)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    private static void Damage(JsonNode root, Random random)
    {
        var places = new List<Action<JsonNode?>>();
        Visit(root);
        string[] values = ["null", "true", "-1", "1e999", "1e-400", "99999999999999999999", "\"\"", "[]", "{}", "[null]", "0.5",
            "-0.5", "20", "\"HALF\""];
        if (places.Count > 0) places[random.Next(places.Count)](JsonNode.Parse(values[random.Next(values.Length)]));

        void Visit(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                foreach (string key in o.Select(p => p.Key).ToArray())
                {
                    places.Add(v => o[key] = v);
                    places.Add(_ => o.Remove(key));
                    places.Add(v => o["HALF"] = v);
                    Visit(o[key]);
                }
            }
            else if (node is JsonArray a)
            {
                for (int i = 0; i < a.Count; i++)
                {
                    int at = i;
                    places.Add(v => a[at] = v);
                    places.Add(_ => a.RemoveAt(at));
                    places.Add(v => a.Insert(at, v));
                    Visit(a[i]);
                }
            }
        }
    }

    private static string TextOf(string kind) => kind switch { "vllm" => Vllm, "sglang" => Sglang, _ => Innate };

    private static IEngineDialect DialectOf(string kind) => kind switch
    {
        "vllm" => new VllmDialect(),
        "sglang" => new SglangDialect(),
        _ => new InnateDialect(),
    };

    private static Reply Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return new Reply("http://h/", "", document.RootElement.Clone());
    }

    private static string Text(EngineRequest request) => $"{request.Path} {Encoding.UTF8.GetString(request.Body)}";
}
