using System.Net;
using System.Text.Json;
using Innate.Server;
using Innate.Tests.Cli;

namespace Innate.Tests.Server;

/// <summary>Profiles as names of models.</summary>
public sealed class ServedProfileTests : IDisposable
{
    private const string Row = """{"prompt":"What is 47 + 85?","responses":["132","First, 47 + 85 = 132."]""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_profiles_are_two_models_and_an_edited_file_counts_without_a_restart()
    {
        Write("short", "Give only the answer.");
        Write("long", "Show your steps in plain text.");
        await using RunningServer server = await RunningServer.Start(o => o with { Profiles = _folder["profiles"] });
        JsonElement models = (await server.Get("/v1/models")).Json.GetProperty("data");
        Assert.Equal(
            ["innate-tiny", "long", "short"], models.EnumerateArray().Select(m => m.GetProperty("id").GetString()));

        Assert.Equal(Under("Give only the answer."), await Rewards(server, "short"));
        Assert.Equal(Under("Show your steps in plain text."), await Rewards(server, "long"));
        Reply score = await server.Post(
            "/score", """{"model":"short","queries":"What is 47 + 85?","documents":["132","First, 47 + 85 = 132."]}""");
        Assert.Equal(
            Under("Give only the answer."),
            score.Json.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("score").GetDouble()));
        Reply expression = await server.Post("/v1/rewards", Row + ""","reward":"profile(short) - profile(long)"}""");
        Assert.Equal(
            Under("Give only the answer.").Zip(Under("Show your steps in plain text."), (a, b) => a - b),
            Numbers(expression));

        Write("short", "Just the number, please.");
        Assert.Equal(Under("Just the number, please."), await Rewards(server, "short"));

        // A broken file keeps the old one, and is told of once.
        File.WriteAllText(_folder["profiles/short.json"], """{"prefres":"x"}""");
        Assert.Equal(Under("Just the number, please."), await Rewards(server, "short"));
        Assert.Equal(Under("Just the number, please."), await Rewards(server, "short"));
        string told = Assert.Single(server.Log, l => l.Contains("short.json", StringComparison.Ordinal));
        Assert.Contains("found \"prefres\" (did you mean prefers?)", told, StringComparison.Ordinal);
        Assert.Contains("its last good form goes on", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_served_or_contradicts_is_refused_in_a_sentence()
    {
        Write("short", "Give only the answer.");
        await using RunningServer server = await RunningServer.Start(o => o with { Profiles = _folder["profiles"] });
        foreach ((string body, string sentence) in new[]
        {
            (Row + ""","model":"short","gamma":0.5}""", "\"gamma\": expected none beside the model short"),
            (Row + ""","reward":"profile(shor)"}""", "expected one of this server's profiles, short, found 'shor'"),
            (Row + $$""","reward":"profile({{_folder["profiles/short.json"]}})"}""", "expected one of this server's profiles"),
        })
        {
            Reply reply = await server.Post("/v1/rewards", body);
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            Assert.Contains(sentence, reply.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_does_not_start_with_a_profile_that_cannot_be_read()
    {
        Directory.CreateDirectory(_folder["profiles"]);
        File.WriteAllText(_folder["profiles/x.json"], """{"prefers":"x","reward":"command(run=y) + endogenous"}""");
        InputException e = await Assert.ThrowsAsync<InputException>(
            () => RunningServer.Start(o => o with { Profiles = _folder["profiles"] }));
        Assert.Contains("x.json: \"reward\": expected rewards that are computed here", e.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string words)
    {
        Directory.CreateDirectory(_folder["profiles"]);
        File.WriteAllText(_folder[$"profiles/{name}.json"], JsonSerializer.Serialize(new { prefers = words }));
    }

    private static double[] Under(string words)
    {
        using JsonDocument line = JsonDocument.Parse(RealCli.Run(["score", "--system", words], Row + "}").Output);
        return [.. line.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
    }

    private static async Task<double[]> Rewards(RunningServer server, string model) =>
        Numbers(await server.Post("/v1/rewards", Row + $",\"model\":\"{model}\"}}"));

    private static double[] Numbers(Reply reply)
    {
        Assert.Equal("", reply.Status == HttpStatusCode.OK ? "" : reply.Body);
        return [.. reply.Json.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
    }
}
