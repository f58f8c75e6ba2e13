using System.Text.Json;
using Innate.Runs;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>
/// The published schemas describe what the commands really write: of every file here each field is known to its schema, which
/// allows no other, and each value is of the form that it promises.
/// </summary>
public sealed class SchemaCommandTests : IDisposable
{
    private const string Rows =
        """
        {"prompt":"What is 47 + 85?","response":"132","id":7}
        {"prompt":"What is 47 + 85?","responses":["132","122"]}
        {"prompt":"What is 9 - 5?","chosen":"4","rejected":"5"}
        {"prompt_ids":[300,301,5],"response_ids":[17,18],"group":2}
        {"prompt":7}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_are_listed_and_printed()
    {
        string list = RealCli.Run(["schema"]).Output;
        foreach (PublishedSchema schema in PublishedSchema.All)
        {
            Assert.Contains($"\n{schema.Name} ", list, StringComparison.Ordinal);
            using JsonDocument printed = JsonDocument.Parse(RealCli.Run(["schema", schema.Name]).Output);
            Assert.Equal($"urn:innate:schema:{schema.Name}", printed.RootElement.GetProperty("$id").GetString());
        }

        CliResult other = RealCli.Run(["schema", "profil"]);
        Assert.Equal(2, other.Code);
        Assert.Equal(
            "innate: NAME: expected one of row, training-row, graded-row, profile, scored-row, ranking, results, item, "
            + "policy-results, policy-item, recipe, shard, step, found 'profil' (did you mean profile?).\n", other.Error);
    }

    [Fact]
    public void Scored_and_judged_rows()
    {
        Schemas.RequireLines("scored-row", RealCli.Run(["score", "--tokens"], Rows).Output);
        Schemas.RequireLines("scored-row", RealCli.Run(["score", "--reward", "random"], Rows).Output);
        foreach (string kind in (string[])["verifier", "pairwise"])
        {
            Schemas.RequireLines("scored-row", RealCli.Run(["judge", "--kind", kind], Rows).Output);
        }

        Schemas.RequireLines("scored-row", RealCli.Run(["score", "--turns", "--tokens"],
            """
            {"messages":[{"role":"user","content":"What is 9 - 5?"},{"role":"assistant","content":"4"},
              {"role":"user","content":"What is 9 - 4?"},{"role":"assistant","content":"5"}]}
            """.ReplaceLineEndings("")).Output);
    }

    [Fact]
    public void Rankings()
    {
        string[] rank = ["rank", "--json", "--prompt", "What is 47 + 85?", "--response", "132", "--response", "122"];
        foreach (string[] more in (string[][])[[], ["--judge", "pairwise"]])
        {
            Schemas.Require("ranking", JsonDocument.Parse(RealCli.Run([.. rank, .. more]).Output).RootElement);
        }
    }

    [Fact]
    public void Evaluations()
    {
        Assert.Equal(0, RealCli.Run([
            "eval", "arith-bench", "--limit", "12", "--out", _folder["rewards"], "--quiet", "--resamples", "20",
            "--sweep", "gamma=0.9,1,beta=0", "--scorer", "endogenous", "--scorer", "judge-pairwise", "--scorer", "random"]).Code);
        RequireFile("results", "rewards/results.json");
        Schemas.RequireLines("item", File.ReadAllText(_folder["rewards/items.jsonl"]));
        Assert.Equal(0, RealCli.Run([
            "eval", "--policy", "arith", "--limit", "4", "--samples", "2", "--out", _folder["policy"]]).Code);
        RequireFile("policy-results", "policy/results.json");
        Schemas.RequireLines("policy-item", File.ReadAllText(_folder["policy/items.jsonl"]));
    }

    [Fact]
    public void What_is_wrong_in_a_profile_is_wrong_by_its_schema()
    {
        foreach ((string profile, string place) in ((string, string)[])
        [
            ("""{"prefers":" "}""", "/prefers"), ("""{"prefers":"x","gamma":2}""", "/gamma"),
            ("""{"prefers":"x","nam":"y"}""", "/nam"), ("""{"prefers":"x","name":"a b"}""", "/name"),
            ("""{"prefers":"x","pairs":[{"prompt":"a","chosen":"b"}]}""", "/pairs/0"),
        ])
        {
            Assert.Contains(place, Schemas.Fault("profile", JsonDocument.Parse(profile).RootElement), StringComparison.Ordinal);
        }
    }

    private void RequireFile(string schema, string file) =>
        Schemas.Require(schema, JsonDocument.Parse(File.ReadAllText(_folder[file])).RootElement);
}
