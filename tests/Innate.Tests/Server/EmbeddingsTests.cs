using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Text;

namespace Innate.Tests.Server;

/// <summary>SGLang's embeddings, of which verl reads <c>data[-1].embedding[-1]</c> as the reward.</summary>
public sealed class EmbeddingsTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Prompt = "<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n";

    private const string Path = "/v1/embeddings?reward=mean-log-likelihood";

    [Fact]
    public async Task The_last_number_is_the_reward_whichever_way_the_text_comes()
    {
        Reply row = await tiny.Server.Post(
            "/v1/rewards", """{"prompt":"What is 47 + 85?","response":"132","reward":"mean-log-likelihood"}""");
        double reward = row.Json.GetProperty("reward").GetDouble();
        string text = Prompt + "132<|im_end|>";
        int[] ids = Tokenizer.Load(EmbeddedModel.Folder).Encode(text);

        // verl's own body: the path of its reward model, and the templated conversation.
        Reply one = await tiny.Server.Post(Path, JsonSerializer.Serialize(new { model = "/models/rm", input = text }));
        Assert.Equal(HttpStatusCode.OK, one.Status);
        Assert.Equal(reward, Last(one));
        Assert.Equal("list", one.Json.GetProperty("object").GetString());
        JsonElement data = one.Json.GetProperty("data")[0];
        Assert.Equal(("embedding", 0), (data.GetProperty("object").GetString(), data.GetProperty("index").GetInt32()));
        Assert.Equal(ids.Length, one.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());

        Assert.Equal(reward, Last(await tiny.Server.Post(Path, JsonSerializer.Serialize(new { input = ids }))));
        Reply batch = await tiny.Server.Post(
            Path, JsonSerializer.Serialize(new object[] { Prompt + "5<|im_end|>", text }) is var texts
                ? $$"""{"input":{{texts}}}""" : "");
        Assert.Equal(2, batch.Json.GetProperty("data").GetArrayLength());
        Assert.Equal(reward, Last(batch));
        Reply chat = await tiny.Server.Post(
            Path, """{"messages":[{"role":"user","content":"What is 47 + 85?"},{"role":"assistant","content":"132"}]}""");
        Assert.Equal(reward, Last(chat));
    }

    // OpenAI's Python client asks for base64 unless it is told otherwise.
    [Fact]
    public async Task Base64_is_the_same_number_in_32_bits()
    {
        string text = JsonSerializer.Serialize(Prompt + "132<|im_end|>");
        Reply plain = await tiny.Server.Post(Path, $$"""{"input":{{text}}}""");
        Reply coded = await tiny.Server.Post(Path, $$"""{"input":{{text}},"encoding_format":"base64"}""");
        byte[] bytes = coded.Json.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal((float)Last(plain), BinaryPrimitives.ReadSingleLittleEndian(bytes));
    }

    [Fact]
    public async Task A_trained_reward_model_answers_with_its_head()
    {
        string folder = System.IO.Path.Combine(Support.Places.Fixtures, "models", "qwen3-reward");
        await using RunningServer server = await RunningServer.Start(folder: folder);
        Reply reply = await server.Post("/v1/embeddings", """{"model":"rm","input":[[3,5,7,11]]}""");
        Reply classified = await server.Post("/classify", """{"input":[[3,5,7,11]],"use_activation":false}""");
        Assert.Equal(classified.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble(), Last(reply));
    }

    [Theory]
    [InlineData("""{"input":"a","encoding_format":"hex"}""", "\"encoding_format\": expected float or base64, found 'hex'")]
    [InlineData("""{"input":"a","dimensions":8}""", "\"dimensions\": a reward is one number")]
    [InlineData("""{"input":"a","use_activation":true}""",
        "the field \"use_activation\" is not understood here; leave it out")]
    [InlineData("""{"input":[]}""", "\"input\" is empty; expected at least one text")]
    [InlineData("""{"input":[[3,4,5]]}""",
        "\"input[0]\": nothing tells where the prompt ends and the response begins; ?whole=true scores all after the first "
        + "token")]
    public async Task Bad_requests_are_told_in_a_sentence(string body, string sentence)
    {
        Reply reply = await tiny.Server.Post(Path, body);
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task Ids_that_end_where_the_assistant_begins_have_nothing_to_score()
    {
        int[] ids = Tokenizer.Load(EmbeddedModel.Folder).Encode(Prompt);
        Reply reply = await tiny.Server.Post(Path, JsonSerializer.Serialize(new { input = ids }));
        Assert.Equal("\"input\": nothing follows the prompt; there is nothing to score", reply.Error);
    }

    private static double Last(Reply reply)
    {
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
        JsonElement embedding = reply.Json.GetProperty("data").EnumerateArray().Last().GetProperty("embedding");
        return embedding.EnumerateArray().Last().GetDouble();
    }
}
