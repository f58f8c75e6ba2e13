using System.Text;
using System.Text.Json;

namespace Innate.Tests.Server;

/// <summary>Half a character has bytes, and the replacement character as its text: all bytes together are the content's.</summary>
public sealed class TokenByteTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    // At this temperature any token is as likely as another, those of single bytes too.
    private const string Body = """
        {"messages":[{"role":"user","content":"What is 1 + 1?"}],"temperature":100,"max_tokens":400,"seed":7,"ignore_eos":true,
         "logprobs":true,"top_logprobs":20
        """;

    [Fact]
    public async Task A_token_inside_a_character_has_its_own_bytes()
    {
        Reply reply = await tiny.Server.Post("/v1/chat/completions", Body + "}");
        JsonElement choice = reply.Json.GetProperty("choices")[0];
        JsonElement[] tokens = [.. choice.GetProperty("logprobs").GetProperty("content").EnumerateArray()];
        List<byte> all = [];
        int halves = 0;
        foreach (JsonElement token in tokens)
        {
            byte[] bytes = Bytes(token);
            string name = token.GetProperty("token").GetString()!;
            Assert.Equal(Encoding.UTF8.GetString(bytes), name);
            if (name.Contains('\ufffd', StringComparison.Ordinal)) halves++;
            Assert.All(token.GetProperty("top_logprobs").EnumerateArray(), top =>
                Assert.Equal(Encoding.UTF8.GetString(Bytes(top)), top.GetProperty("token").GetString()));

            // Special tokens have names, and are no part of the content.
            if (!name.StartsWith("<|", StringComparison.Ordinal)) all.AddRange(bytes);
        }

        Assert.True(halves > 0, "no token of a single byte came");
        Assert.Equal(choice.GetProperty("message").GetProperty("content").GetString(), Encoding.UTF8.GetString([.. all]));
    }

    [Fact]
    public async Task A_stream_has_the_same_bytes()
    {
        Reply whole = await tiny.Server.Post("/v1/chat/completions", Body + "}");
        Reply stream = await tiny.Server.Post("/v1/chat/completions", Body + ",\"stream\":true}");
        string[] pieces = [.. stream.Body.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
            .Select(l => JsonDocument.Parse(l["data: ".Length..]).RootElement.GetProperty("choices")[0].GetProperty("logprobs"))
            .Where(l => l.ValueKind == JsonValueKind.Object)
            .SelectMany(l => l.GetProperty("content").EnumerateArray()).Select(t => t.GetRawText())];
        Assert.Equal(
            whole.Json.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray()
                .Select(t => t.GetRawText()),
            pieces);
    }

    private static byte[] Bytes(JsonElement token) =>
        [.. token.GetProperty("bytes").EnumerateArray().Select(b => b.GetByte())];
}
