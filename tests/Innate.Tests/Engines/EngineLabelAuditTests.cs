using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Sessions;
using Innate.Tests.Cli;

namespace Innate.Tests.Engines;

/// <summary>
/// <c>innate label</c>, <c>audit</c> and <c>audit keys</c> of a model that runs elsewhere: the files of a model that runs here.
/// </summary>
public sealed class EngineLabelAuditTests : IDisposable
{
    private const string Rows = """
        {"prompt":"What is 47 + 85?","responses":["132","122","It is 132."],"correct":[true,false,true]}
        {"prompt":"What is 9 - 5?","responses":["4","5","Ones: 9 - 5 = 4. The answer is 4."],"correct":[true,false,true]}
        {"prompt":"What is 12 + 30?","responses":["42","43"],"correct":[true,false]}
        {"prompt":"What is 6 + 6?","responses":["12","13"],"correct":[true,false]}

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ModelSession _model = ModelSession.Open(new ModelSource());

    public EngineLabelAuditTests() => File.WriteAllText(_folder["rows.jsonl"], Rows);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--reward endogenous --gamma 0.9 --pairs all")]
    [InlineData("--reward entropy")]
    [InlineData("--reward endogenous(gamma=0.9)-0.5*tokens --min-margin 0.5")]
    [InlineData("--judge verifier")]
    [InlineData("--judge pointwise --pairs all")]
    public void Labels_by_two_servers_are_those_of_the_model_here(string options)
    {
        using InnateStandIn one = new(_model), two = new(_model);
        string[] label = ["label", "--in", _folder["rows.jsonl"], .. options.Split(' ')];
        CliResult here = RealCli.Run(label), there = RealCli.Run([.. label, .. At(one, two)]);
        Assert.Equal((0, here.Error, here.Output), (there.Code, there.Error, there.Output));
        Assert.NotEqual("", here.Output);
        string[] read = [.. one.Paths, .. two.Paths];
        Assert.Equal(read.Distinct().Count(), read.Length);
    }

    [Fact]
    public void A_row_that_the_engine_refuses_is_told_and_left_out()
    {
        using InnateStandIn one = new(_model);
        one.Instead = body => body["rows"]![0]!["responses_ids"]!.AsArray().Count == 3
            ? new EngineAnswer(413, """{"error":{"message":"too much"}}""") : null;
        CliResult there = RealCli.Run(["label", "--in", _folder["rows.jsonl"], .. At(one)]);
        Assert.Equal(2, there.Code);
        Assert.Equal(2, there.Lines.Length);
        Assert.Contains("innate: line 2: ", there.Error, StringComparison.Ordinal);
        Assert.Contains("the engine refused the request (413: too much); left out.", there.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_by_servers_of_which_one_dies_is_the_one_here_and_asks_for_each_text_once()
    {
        string[] audit =
        [
            "audit", "--data", _folder["rows.jsonl"], "--quiet", "--resamples", "50", "--edit", "bold", "--edit", "flattery",
            "--reward", "endogenous", "--reward", "log-likelihood", "--reward", "entropy-0.1*tokens",
        ];
        Assert.Equal(0, RealCli.Run([.. audit, "--out", _folder["here"]]).Code);
        using InnateStandIn one = new(_model), two = new(_model), three = new(_model);
        two.Answers = 2;
        CliResult there = RealCli.Run([.. audit, "--out", _folder["there"], .. At(one, two, three)]);
        Assert.True(there.Code == 0, there.Error);
        Assert.Equal(Text("here/pairs.jsonl"), Text("there/pairs.jsonl"));
        RequireSame("audit.json", "weights");
        string[] read = [.. one.Paths, .. two.Paths, .. three.Paths];
        Assert.Equal(read.Distinct().Count(), read.Length);

        // Before and after: the engine's model beside one of this machine.
        CliResult after = RealCli.Run(
            [.. audit, "--out", _folder["after"], "--after", EmbeddedModel.Name, .. At(one, three)]);
        Assert.True(after.Code == 0, after.Error);
        JsonNode changed = JsonNode.Parse(Text("after/audit.json"))!;
        Assert.Equal(EmbeddedModel.Name, (string)changed["after"]!);
    }

    [Fact]
    public void Keys_by_servers_are_paid_as_here_and_so_are_those_of_a_reward_model_beside_them()
    {
        string[] keys =
        [
            "audit", "keys", "--data", _folder["rows.jsonl"], "--quiet", "--reward", "endogenous", "--reward",
            "log-likelihood-tokens", "--judge", "verifier",
        ];
        Assert.Equal(0, RealCli.Run([.. keys, "--out", _folder["here"]]).Code);
        using InnateStandIn one = new(_model), two = new(_model);
        CliResult there = RealCli.Run([.. keys, "--out", _folder["there"], .. At(one, two)]);
        Assert.True(there.Code == 0, there.Error);
        Assert.Equal(Text("here/keys.jsonl"), Text("there/keys.jsonl"));
        RequireSame("keys.json", "scorer_0", "scorer_1", "scorer_2");
        string[] read = [.. one.Paths, .. two.Paths];
        Assert.Equal(read.Distinct().Count(), read.Length);

        // The engine is asked though no reward is named, and the two models of one name are told apart.
        CliResult both = RealCli.Run(
            [.. keys[..5], "--out", _folder["both"], "--reward-model", EmbeddedModel.Name, .. At(one)[2..]]);
        Assert.Contains("an engine hands out no tokenizer", both.Error, StringComparison.Ordinal);
        both = RealCli.Run([.. keys[..5], "--out", _folder["both"], "--reward-model", EmbeddedModel.Name, .. At(one)]);
        Assert.True(both.Code == 0, both.Error);
        JsonNode[] scorers = [.. JsonNode.Parse(Text("both/keys.json"))!["scorers"]!.AsArray().Select(s => s!)];
        Assert.Equal(2, scorers.Length);
        Assert.Equal($"{one.Address.ToString().TrimEnd('/')}/{EmbeddedModel.Name}", (string)scorers[0]["model"]!);
        Assert.Equal(scorers[0]["keys"]?.ToJsonString(), scorers[1]["keys"]?.ToJsonString());
    }

    [Fact]
    public void One_vllm_labels_and_audits_by_log_probabilities_and_two_by_values()
    {
        using VllmStandIn probabilities = new(_model, logits: false), logits = new(_model, logits: true);
        string[] one = ["--model", EmbeddedModel.Name, "--engine", $"{probabilities.Address}", "--engine-requests", "1"];
        string[] pair = [.. one, "--engine-logits", $"{logits.Address}"];
        foreach ((string[] engine, string reward) in ((string[], string)[])
            [(one, "mean-log-likelihood"), (pair, "endogenous"), (one, "judge")])
        {
            string[] by = reward == "judge" ? ["--judge", "verifier"] : ["--reward", reward];
            string[] label = ["label", "--quiet", .. by];
            string row = Rows.Split('\n')[0];
            CliResult here = RealCli.Run(label, row), there = RealCli.Run([.. label, .. engine], row);
            Assert.True(there.Code == 0, there.Error);
            foreach ((string ours, string theirs) in here.Lines.Zip(there.Lines))
            {
                (JsonNode a, JsonNode b) = (JsonNode.Parse(ours)!, JsonNode.Parse(theirs)!);
                Assert.Equal((string)a["chosen"]!, (string)b["chosen"]!);
                Assert.Equal((double)a["margin"]!, (double)b["margin"]!, 1e-3);
            }
        }

        string[] audit =
        [
            "audit", "--data", _folder["rows.jsonl"], "--quiet", "--resamples", "50", "--edit", "bold", "--reward",
            "log-likelihood",
        ];
        Assert.Equal(0, RealCli.Run([.. audit, "--out", _folder["here"]]).Code);
        CliResult audited = RealCli.Run([.. audit, "--out", _folder["there"], .. one]);
        Assert.True(audited.Code == 0, audited.Error);
        Assert.Equal(Deviation("here"), Deviation("there"), 1e-4);

        double Deviation(string run) => (double)JsonNode.Parse(Text($"{run}/audit.json"))!["rewards"]![0]!["deviation"]!;
    }

    [Theory]
    [InlineData("label --in DATA --reward self-certainty", "reward: self-certainty needs the mean of all logits, but vllm at")]
    [InlineData("label --in DATA", "reward: endogenous needs V(s), the logsumexp of all logits")]
    [InlineData("label --in DATA --reward classifier", "--reward: expected a reward of traces, for http://")]
    [InlineData("audit --data DATA --out OUT", "reward: endogenous needs V(s)")]
    [InlineData("audit --data DATA --out OUT --reward log-likelihood-entropy", "reward: entropy needs the entropy of the whole")]
    [InlineData("audit keys --data DATA --out OUT", "reward: endogenous needs V(s)")]
    [InlineData("audit keys --data DATA --out OUT --reward entropy-tokens", "reward: entropy needs the entropy of the whole")]
    [InlineData("audit keys --data DATA --out OUT --reward log-likelihood --alpha 2 PAIR", "--alpha: expected 1 with a pair")]
    [InlineData("audit --data DATA --out OUT --alpha 2 PAIR", "--alpha: expected 1 with a pair of engines")]
    [InlineData("label --in DATA --reward 2*endogenous(alpha=2) PAIR", "--alpha: expected 1 with a pair of engines")]
    public void What_an_engine_does_not_tell_is_refused_before_any_work(string command, string sentence)
    {
        using VllmStandIn probabilities = new(_model, logits: false), logits = new(_model, logits: true);
        CliResult result = RealCli.Run(
        [
            .. command.Split(' ').SelectMany(w => w switch
            {
                "DATA" => [_folder["rows.jsonl"]],
                "OUT" => [_folder["run"]],
                "PAIR" => ["--engine-logits", $"{logits.Address}"],
                _ => new[] { w },
            }),
            "--model", EmbeddedModel.Name, "--engine", $"{probabilities.Address}",
        ]);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(_folder["run"]));
        Assert.InRange(probabilities.Asked, 0, command.EndsWith("PAIR", StringComparison.Ordinal) ? 1 : 0);
    }

    // One request at a time at each: the stand-ins compute on this machine's threads.
    private static string[] At(params InnateStandIn[] servers) =>
    [
        "--model", EmbeddedModel.Name, "--engine-requests", "1",
        .. servers.SelectMany(s => (string[])["--engine", $"{s.Address}"]),
    ];

    private string Text(string file) => File.ReadAllText(_folder[file]);

    private void RequireSame(string file, params string[] whose)
    {
        JsonNode own = JsonNode.Parse(Text($"here/{file}"))!, other = JsonNode.Parse(Text($"there/{file}"))!;
        foreach (string name in whose)
        {
            Assert.NotEqual((string)own["fingerprint"]![name]!, (string)other["fingerprint"]![name]!);
            other["fingerprint"]![name] = (string)own["fingerprint"]![name]!;
        }

        Assert.Equal(own.ToJsonString(), other.ToJsonString());
    }
}
