using System.Net;

namespace Innate.Tests.Server;

/// <summary>
/// What clients send along at its default asks for nothing and passes; at another value it would do nothing here, and is refused by
/// name.
/// </summary>
public sealed class HarmlessOptionsTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Chat = """{"messages":[{"role":"user","content":"What is 1 + 1?"}],"max_tokens":3,"temperature":0""";

    [Theory]
    [InlineData("\"tool_calls\":[],\"annotations\":[]", "")]
    [InlineData("", "\"parallel_tool_calls\":true,\"functions\":[],\"echo\":false,\"length_penalty\":1.0,\"bad_words\":[]")]
    [InlineData("", "\"tools\":[],\"modalities\":[\"text\"],\"add_generation_prompt\":true,\"documents\":[]")]
    public async Task Defaults_pass_and_change_nothing(string inMessage, string inRequest)
    {
        Reply plain = await tiny.Server.Post("/v1/chat/completions", Chat + "}");
        string body = inMessage.Length == 0
            ? $"{Chat},{inRequest}}}"
            : Chat.Replace("1 + 1?\"", $"1 + 1?\",{inMessage}", StringComparison.Ordinal) + "}";
        Reply reply = await tiny.Server.Post("/v1/chat/completions", body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
        Assert.Equal(Said(plain), Said(reply));

        static string? Said(Reply r) =>
            r.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
    }

    [Theory]
    [InlineData("length_penalty", "2")]
    [InlineData("echo", "true")]
    [InlineData("bad_words", "[\"x\"]")]
    [InlineData("modalities", "[\"audio\"]")]
    public async Task Other_values_are_refused_by_name(string option, string value)
    {
        Reply reply = await tiny.Server.Post("/v1/chat/completions", $"{Chat},\"{option}\":{value}}}");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains($"\"{option}\"", reply.Error, StringComparison.Ordinal);
    }
}
