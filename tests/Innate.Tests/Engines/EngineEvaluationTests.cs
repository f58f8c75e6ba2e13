using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Sessions;
using Innate.Tests.Cli;

namespace Innate.Tests.Engines;

/// <summary>
/// <c>innate eval</c> of a model that runs elsewhere: the table of a model that runs here, each response asked for once, and what
/// an engine does not tell refused by name.
/// </summary>
public sealed partial class EngineEvaluationTests : IDisposable
{
    private const double Noise = 1e-3;

    private const string Pairs = """
        {"prompt":"What is 47 + 85?","chosen":"132","rejected":"122"}
        {"prompt":"What is 9 - 5?","chosen":"Ones: 9 - 5 = 4. The answer is 4.","rejected":"5"}
        {"prompt":"What is 12 + 30?","chosen":"42","rejected":"43"}
        {"prompt":"What is 6 + 6?","chosen":"12","rejected":"13"}
        {"prompt":"What is 20 - 7?","chosen":"13","rejected":"27"}

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ModelSession _model = ModelSession.Open(new ModelSource());

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("arith-bench")]
    [InlineData("pairs")]
    public void Four_servers_of_which_two_die_give_the_run_here_to_the_bit_and_are_asked_for_each_response_once(string benchmark)
    {
        string[] eval = [.. Eval(benchmark), "--sweep", "gamma=0.9,1,beta=0,0.2"];
        CliResult here = RealCli.Run([.. eval, "--out", _folder["here"]]);
        Assert.Equal((0, ""), (here.Code, here.Error));
        InnateStandIn[] servers = [.. Enumerable.Range(0, 4).Select(_ => new InnateStandIn(_model))];
        try
        {
            (servers[0].Answers, servers[2].Answers) = (0, 1);
            CliResult there = RealCli.Run([.. eval, "--out", _folder["there"], .. At(servers)]);
            Assert.True(there.Code == 0, there.Error);
            Assert.Contains(
                $"the engine {servers[0].Address.ToString().TrimEnd('/')}: ", there.Error, StringComparison.Ordinal);
            RequireSame("here", "there");

            // All scorers, the sweep, the discounts and the page: one reading.
            string[] read = [.. servers.SelectMany(s => s.Paths)];
            Assert.Equal(Responses("there"), read.Length);
            Assert.Equal(read.Length, read.Distinct().Count());

            // A resumed run has but its page's items to read.
            Assert.Equal("", RealCli.Run([.. eval, "--out", _folder["there"], .. At(servers[1]), "--resume"]).Error);
            RequireSame("here", "there");
            Assert.InRange(servers.Sum(s => s.Paths.Count) - read.Length, 2, 16);
        }
        finally
        {
            foreach (InnateStandIn server in servers) server.Dispose();
        }
    }

    [Theory]
    [InlineData("arith-bench")]
    [InlineData("pairs")]
    public void Two_vllms_give_it_within_the_spread_that_they_tell(string benchmark)
    {
        string[] eval = [.. Eval(benchmark), "--sweep", "gamma=0.9,1,beta=0"];
        Assert.Equal(0, RealCli.Run([.. eval, "--out", _folder["here"]]).Code);
        using VllmStandIn probabilities = new(_model, logits: false, Noise), logits = new(_model, logits: true, Noise);
        CliResult there = RealCli.Run(
        [
            .. eval.Where(o => o != "--quiet"), "--out", _folder["there"], "--model", EmbeddedModel.Name, "--engine",
            $"{probabilities.Address}", "--engine-logits", $"{logits.Address}", "--engine-requests", "1",
        ]);
        Assert.True(there.Code == 0, there.Error);
        Match told = SpreadSentence().Match(there.Error);
        double spread = Math.Max(Number(told, 1), Number(told, 2));
        Assert.InRange(spread, Noise, (4 * Noise) + 1e-5);
        Assert.Contains(
            $"innate: left out: self-certainty, entropy, for {FakeEngine.Model}, {probabilities.Address.ToString().TrimEnd('/')} "
            + "tells Q and V alone, not all logits.", there.Error, StringComparison.Ordinal);
        JsonNode[] ours = Scorers("here"), theirs = Scorers("there");
        Assert.Equal(
            ["endogenous", "log-likelihood", "mean-log-likelihood", "random", "shorter-wins", "longer-wins"],
            theirs.Select(s => (string)s["name"]!));
        foreach (JsonNode scorer in theirs)
        {
            JsonNode local = ours.Single(s => (string)s["name"]! == (string)scorer["name"]!);
            Assert.Equal(local["metrics"]!.ToJsonString(), scorer["metrics"]!.ToJsonString());
        }

        foreach ((JsonNode own, JsonNode line) in Items("there").Select(
            l => (Items("here").Single(h => Same(h, l, "index") && Same(h, l, "scorer")), l)))
        {
            if (own["tokens"] is not { } tokens || (string)own["scorer"]! is not ("endogenous" or "log-likelihood")) continue;
            foreach (((double a, double b), double h) in Doubles(own["scores"]!).Zip(Doubles(line["scores"]!))
                .Zip(Doubles(tokens)))
            {
                Assert.Equal(a, b, 2 * spread * h);
            }
        }

        // The handshake, each response, and the first eight again.
        int responses = Responses("there");
        Assert.Equal((responses + 9, responses + 9), (probabilities.Asked, logits.Asked));
        Assert.Equal(responses + 1, probabilities.Paths.Distinct().Count());
    }

    [Fact]
    public void One_vllm_gets_the_scorers_that_log_probabilities_serve_and_judges_by_the_probabilities_of_labels()
    {
        using VllmStandIn engine = new(_model, logits: false);
        string[] at = ["--model", EmbeddedModel.Name, "--engine", $"{engine.Address}", "--engine-requests", "1"];
        CliResult usual = RealCli.Run([.. Eval("pairs").Where(o => o != "--quiet"), "--out", _folder["usual"], .. at]);
        Assert.Contains(
            "innate: left out: endogenous, self-certainty, entropy, for org/fake-7b, http", usual.Error,
            StringComparison.Ordinal);
        Assert.Equal(
            ["log-likelihood", "mean-log-likelihood", "random", "shorter-wins", "longer-wins"],
            Scorers("usual").Select(s => (string)s["name"]!));

        string[] named =
        [
            .. Eval("pairs"), "--limit", "2", "--scorer", "endogenous-logprob,gamma=0.9", "--scorer", "judge-verifier",
            "--scorer", "judge-pairwise", "--scorer", "judge-pointwise", "--scorer", "judge-genrm", "--scorer",
            "log-likelihood-0.1*tokens",
        ];
        Assert.Equal(0, RealCli.Run([.. named, "--out", _folder["here"]]).Code);
        CliResult there = RealCli.Run([.. named, "--out", _folder["there"], .. at]);
        Assert.Equal((0, ""), (there.Code, there.Error));
        foreach ((JsonNode own, JsonNode line) in Items("here").Zip(Items("there")))
        {
            foreach ((double a, double b) in Doubles(own["scores"]!).Zip(Doubles(line["scores"]!))) Assert.Equal(a, b, 1e-4);
        }

        CliResult all = RealCli.Run([.. Eval("pairs"), "--limit", "1", "--out", _folder["all"], "--scorers", "all", .. at]);
        Assert.Equal((0, ""), (all.Code, all.Error));
        Assert.Equal(8, Scorers("all").Length);
    }

    [Theory]
    [InlineData(false, "--scorer endogenous", "reward: endogenous needs V(s), the logsumexp of all logits, but vllm at")]
    [InlineData(false, "--scorer log-likelihood --scorer entropy", "reward: entropy needs the entropy of the whole")]
    [InlineData(false, "--scorer 0.5*endogenous-tokens", "reward: endogenous needs V(s)")]
    [InlineData(false, "--scorer classifier", "--scorer: classifier: expected a trained reward model, found ")]
    [InlineData(false, "--adapter .", "--adapter: expected none beside --engine, which runs the model")]
    [InlineData(true, "--scorer self-certainty", "reward: self-certainty needs the mean of all logits")]
    [InlineData(true, "--scorer endogenous,alpha=0.5", "--alpha: expected 1 with a pair of engines")]
    [InlineData(true, "--scorer endogenous(alpha=2)-tokens", "--alpha: expected 1 with a pair of engines")]
    [InlineData(true, "--models innate-tiny", "--models: expected no --model, --adapter and --engine beside it")]
    public void What_an_engine_does_not_tell_is_refused_before_any_work(bool isPair, string options, string sentence)
    {
        using VllmStandIn probabilities = new(_model, logits: false), logits = new(_model, logits: true);
        string[] model = options.StartsWith("--models", StringComparison.Ordinal) ? [] : ["--model", EmbeddedModel.Name];
        string[] pair = isPair ? ["--engine-logits", $"{logits.Address}"] : [];
        CliResult result = RealCli.Run(
            [.. Eval("pairs"), "--out", _folder["run"], .. model, "--engine", $"{probabilities.Address}", .. pair,
                .. options.Split(' ')]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(_folder["run"]));
        Assert.InRange(probabilities.Asked, 0, isPair ? 1 : 0);
    }

    [Theory]
    [InlineData("eval pairs --data DATA --out OUT", "an engine hands out no tokenizer: name a model folder")]
    [InlineData("eval --world household --model innate-tiny", "--engine: expected none but llama.cpp beside --world")]
    [InlineData("eval --policy arith --model innate-tiny --engine-logits http://127.0.0.1:9",
        "--engine-logits: expected none here, where nothing is rewarded by traces")]
    [InlineData("audit --contamination --data DATA --out OUT --model innate-tiny --engine-logits http://127.0.0.1:9",
        "--engine-logits: expected none here, where nothing is rewarded by traces")]
    public void So_is_what_no_engine_does(string command, string sentence)
    {
        using FakeEngine engine = new(EngineKind.Vllm);
        File.WriteAllText(_folder["pairs.jsonl"], Pairs);
        CliResult result = RealCli.Run(
        [
            .. command.Split(' ').Select(w => w == "DATA" ? _folder["pairs.jsonl"] : w == "OUT" ? _folder["run"] : w),
            "--engine", $"{engine.Address}",
        ]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Empty(engine.Posts);
    }

    [Fact]
    public void A_run_whose_engine_fails_goes_on_with_the_same_model_and_reference_alone()
    {
        // One item more than a batch of a whole 64: what an engine has many requests for.
        string[] eval =
        [
            "eval", "arith-bench", "--limit", "65", "--seed", "3", "--resamples", "20", "--quiet", "--scorer", "log-likelihood",
            "--scorer", "implicit",
        ];
        Assert.Equal(0, RealCli.Run(["new-model", "--out", _folder["other"], "--family", "llama", "--hidden", "32", "--layers",
            "2", "--heads", "4", "--kv-heads", "2", "--mlp", "64", "--vocabulary", "512"]).Code);
        string[] reference = ["--reference", EmbeddedModel.Name];
        Assert.Equal(0, RealCli.Run([.. eval, .. reference, "--out", _folder["here"]]).Code);
        using InnateStandIn server = new(_model), another = new(_model, "another-model");
        server.Instead = _ => server.Asked > 64 ? new EngineAnswer(401, "{}") : null;
        string[] run = [.. eval, "--out", _folder["there"]];
        CliResult broken = RealCli.Run([.. run, .. reference, .. Eight(server)]);
        Assert.Equal(1, broken.Code);
        Assert.Contains("the engine wants a key, and none was given (401", broken.Error, StringComparison.Ordinal);
        Assert.Equal(64 * 2, File.ReadAllLines(_folder["there/items.jsonl.partial"]).Length);

        server.Instead = null;
        int before = server.Asked;
        foreach ((string[] other, string said) in ((string[], string)[])
        [
            ([.. reference, .. Eight(another)], "was made with weights = innate-tiny unknown beside "),
            (["--reference", _folder["other"], .. Eight(server)], "was made with weights = innate-tiny unknown beside "),
        ])
        {
            CliResult refused = RealCli.Run([.. run, .. other, "--resume"]);
            Assert.Equal(2, refused.Code);
            Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        }

        CliResult resumed = RealCli.Run([.. run, .. reference, .. Eight(server), "--resume"]);
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        RequireSame("here", "there");
        Assert.InRange(server.Asked - before, 1, 1 + 8);

        static string[] Eight(InnateStandIn server) => [.. At(server).Select(o => o == "1" ? "8" : o)];
    }

    [Fact]
    public void An_item_that_the_engine_refuses_is_counted_and_has_its_reason_and_takes_down_no_other()
    {
        using InnateStandIn server = new(_model);
        Assert.Equal(0, RealCli.Run([.. Eval("pairs"), "--out", _folder["here"]]).Code);
        server.Instead = body => IsThird(body) ? new EngineAnswer(400, """{"message":"no room"}""") : null;
        CliResult there = RealCli.Run([.. Eval("pairs"), "--out", _folder["there"], .. At(server)]);
        Assert.True(there.Code == 0, there.Error);
        Assert.All(Scorers("there").Take(5), s => Assert.Equal(1, (int)s["unscored"]!));
        JsonNode line = Items("there").First(l => l["unscored"] is not null);
        Assert.Equal(2, (int)line["index"]!);
        Assert.Contains("the engine refused the request (400: no room)", (string)line["unscored"]!, StringComparison.Ordinal);
        Assert.Equal(
            Items("here").Where(l => (int)l["index"]! != 2).Select(l => l.ToJsonString()),
            Items("there").Where(l => (int)l["index"]! != 2).Select(l => l.ToJsonString()));

        bool IsThird(JsonNode body)
        {
            int[] ids = [.. body["rows"]![0]!["prompt_ids"]!.AsArray().Select(n => n!.GetValue<int>())];
            return _model.Tokenizer.Decode(ids).Contains("12 + 30", StringComparison.Ordinal);
        }
    }

    private string[] Eval(string benchmark)
    {
        if (benchmark != "pairs") return ["eval", benchmark, "--limit", "6", "--resamples", "50", "--quiet"];
        File.WriteAllText(_folder["pairs.jsonl"], Pairs);
        return ["eval", benchmark, "--data", _folder["pairs.jsonl"], "--resamples", "50", "--quiet"];
    }

    // One request at a time at each: the stand-ins compute on this machine's threads.
    private static string[] At(params InnateStandIn[] servers) =>
    [
        "--model", EmbeddedModel.Name, "--engine-requests", "1",
        .. servers.SelectMany(s => (string[])["--engine", $"{s.Address}"]),
    ];

    private void RequireSame(string here, string there)
    {
        Assert.Equal(File.ReadAllText(_folder[$"{here}/items.jsonl"]), File.ReadAllText(_folder[$"{there}/items.jsonl"]));
        JsonNode own = Read(here), other = Read(there);
        foreach (string name in (string[])["weights", "precision"])
        {
            Assert.NotEqual((string)own["fingerprint"]![name]!, (string)other["fingerprint"]![name]!);
            other["fingerprint"]![name] = (string)own["fingerprint"]![name]!;
        }

        Assert.Equal(own.ToJsonString(), other.ToJsonString());
        Assert.Equal(Page(here), Page(there));

        // Less the facts of the fingerprint, which stand above.
        string Page(string run) => File.ReadAllText(_folder[$"{run}/report.html"]) is var page
            ? page[page.IndexOf("id=\"scores\"", StringComparison.Ordinal)..] : "";
    }

    private JsonNode Read(string run) => JsonNode.Parse(File.ReadAllText(_folder[$"{run}/results.json"]))!;

    private JsonNode[] Scorers(string run) => [.. Read(run)["scorers"]!.AsArray().Select(s => s!)];

    private JsonNode[] Items(string run) =>
        [.. File.ReadAllLines(_folder[$"{run}/items.jsonl"]).Select(l => JsonNode.Parse(l)!)];

    private int Responses(string run) => Items(run).Where(l => (string)l["scorer"]! == "log-likelihood")
        .Sum(l => Doubles(l["scores"]!).Count);

    private static List<double> Doubles(JsonNode list) =>
        [.. list.AsArray().SelectMany(n => n is JsonArray inner ? Doubles(inner) : [n!.GetValue<double>()])];

    private static bool Same(JsonNode one, JsonNode other, string name) =>
        one[name]!.ToJsonString() == other[name]!.ToJsonString();

    private static double Number(Match match, int group) =>
        double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"asked twice it moved by at most ([0-9.]+) nats .* give one at most ([0-9.]+) nats away")]
    private static partial Regex SpreadSentence();
}
