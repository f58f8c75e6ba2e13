using Innate.Engines;

namespace Innate.Tests.Engines;

/// <summary>
/// What an engine is: by its own word, else by its routes, else by the user's; junk never passes for an answer.
/// </summary>
public sealed class EngineProbeTests
{
    [Theory]
    [InlineData("""{"data":[{"id":"m","owned_by":"vllm"}]}""", null, EngineKind.Vllm)]
    [InlineData("""{"data":[{"id":"m","owned_by":"sglang","max_model_len":4096}]}""", null, EngineKind.Sglang)]
    [InlineData("""{"data":[{"id":"m","owned_by":"innate"}]}""", null, EngineKind.Innate)]
    [InlineData("""{"data":[{"id":"m","owned_by":"my-company"}]}""", "version", EngineKind.Vllm)]
    [InlineData("""{"data":[{"id":"m"}]}""", "get_model_info", EngineKind.Sglang)]
    [InlineData(null, "get_model_info", EngineKind.Sglang)]
    [InlineData("<html>hello</html>", "get_model_info", EngineKind.Sglang)]
    [InlineData("""{"data":[null,7,{"id":"m","owned_by":"vllm"}]}""", null, EngineKind.Vllm)]
    public void Its_kind_is_found(string? models, string? route, EngineKind expected)
    {
        using FakeEngine fake = Saying(models, route);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        Assert.Equal(expected, engine.Kind);
        Assert.Empty(fake.Posts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[{"id":3,"owned_by":[]}]}""")]
    [InlineData("<html>a router's page</html>")]
    [InlineData("")]
    public void A_server_that_is_no_engine_is_told_from_one(string? models)
    {
        using FakeEngine fake = Saying(models, null);
        string said = Assert.Throws<InputException>(() => RemoteEngine.Connect(fake.Settings)).Message;
        Assert.Contains("expected one of vllm, sglang, innate", said, StringComparison.Ordinal);
        Assert.Contains("name the dialect that it speaks", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_users_word_counts_more_than_the_engines()
    {
        using FakeEngine fake = Saying("""{"data":[{"id":"m","owned_by":"vllm"},{"id":"adapter","owned_by":"vllm"}]}""", null);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Kind = EngineKind.Sglang, Model = "adapter" });
        Assert.Equal((EngineKind.Sglang, "adapter"), (engine.Kind, engine.Model));
        string said = Assert.Throws<InputException>(() => RemoteEngine.Connect(fake.Settings with { Model = "x" })).Message;
        Assert.EndsWith("expected the model 'x' to be served, found m, adapter.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://h:1", "http://h:1/")]
    [InlineData(" https://h/prefix/ ", "https://h/prefix/")]
    [InlineData("http://h:8000/v1", "http://h:8000/")]
    [InlineData("http://h:8000/v1/", "http://h:8000/")]
    public void Addresses_are_read_as_people_write_them(string written, string read) =>
        Assert.Equal(read, EngineSettings.ParseAddress(written).ToString());

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("")]
    [InlineData("ftp://h")]
    [InlineData("http://user:secret@h")]
    [InlineData("http://h/?q=1")]
    public void What_is_no_address_is_refused(string written) =>
        Assert.StartsWith("engine: expected an address",
            Assert.Throws<InputException>(() => EngineSettings.ParseAddress(written)).Message, StringComparison.Ordinal);

    private static FakeEngine Saying(string? models, string? route) => new(EngineKind.Vllm)
    {
        Instead = (call, _) => call.Path switch
        {
            "/v1/models" => models is null ? new EngineAnswer(404, "nothing") : new EngineAnswer(200, models),
            "/get_model_info" when route == "get_model_info" =>
                new EngineAnswer(200, """{"model_path":"m","is_generation":true}"""),
            "/version" when route == "version" => new EngineAnswer(200, """{"version":"0.11.0"}"""),
            _ => new EngineAnswer(404, "{}"),
        },
    };
}
