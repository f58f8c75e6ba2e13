using System.Globalization;
using Innate.Scoring.External;
using Innate.Tests.Support;

namespace Innate.Tests.Reinforcement;

/// <summary>A program or a server of the user's own rewards; where it does not, nothing is made up.</summary>
public sealed class ExternalRewardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_program_answers_line_after_line()
    {
        if (OperatingSystem.IsWindows()) return;
        using CommandEndpoint counting = Command("i=0; while read -r line; do i=$((i+1)); echo $i; done");
        Assert.Equal([[1, 2], [3]], Rewards(counting.Ask([Group("a", "b"), Group("c")], default)));
        Assert.Equal([[4]], Rewards(counting.Ask([Group("d")], default)));
    }

    [Fact]
    public void A_program_reads_prompt_response_and_label()
    {
        if (OperatingSystem.IsWindows()) return;
        using CommandEndpoint saved = Command(
            $"while read -r line; do printf '%s\\n' \"$line\" >> {_folder["seen"]}; echo '{{\"reward\": 0.25}}'; done");
        Assert.Equal([[0.25, 0.25]],
            Rewards(saved.Ask([[new RewardQuery("1+1?", "it's\n\"2\" é", "2", "<u>", "<u>x"), Query("b")]], default)));
        Assert.Equal(
            ["""{"prompt":"1+1?","response":"it's\n\"2\" é","label":"2"}""", """{"prompt":"p","response":"b","label":null}"""],
            File.ReadAllLines(_folder["seen"]));
    }

    [Fact]
    public void A_program_that_answers_before_it_has_read_all_waits_for_nobody()
    {
        if (OperatingSystem.IsWindows()) return;

        // More than a pipe holds, both ways.
        using CommandEndpoint echo = Command("sed -u 's/.*/{\"reward\":1,\"seen\":&}/'");
        RewardReply reply = Assert.Single(
            echo.Ask([[.. Enumerable.Range(0, 64).Select(_ => Query(new string('x', 8000)))]], default));
        Assert.Equal(64, reply.Rewards!.Sum());
    }

    [Fact]
    public void A_program_that_answers_without_reading_is_none()
    {
        if (OperatingSystem.IsWindows()) return;
        using CommandEndpoint deaf = Command("yes 1", 3);
        RewardReply reply = Assert.Single(
            deaf.Ask([[.. Enumerable.Range(0, 64).Select(_ => Query(new string('x', 8000)))]], default));
        Assert.Contains("answered without reading its input", reply.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3", "ended with exit code 3 before it had answered")]
    [InlineData("sleep 60", "gave no answer within 3 s")]
    [InlineData("while read -r l; do echo fine; done", "found 'fine'")]
    [InlineData("while read -r l; do echo '{\"score\":1}'; done", "found '{\"score\":1}'")]
    public void A_program_that_fails_is_begun_anew_for_the_next_group(string script, string reason)
    {
        if (OperatingSystem.IsWindows()) return;
        using CommandEndpoint endpoint = Command(
            $"if [ ! -e {_folder["mark"]} ]; then touch {_folder["mark"]}; {script}; else while read -r l; do echo 7; done; fi",
            script.StartsWith("sleep", StringComparison.Ordinal) ? 3 : 30);
        IReadOnlyList<RewardReply> replies = endpoint.Ask([Group("a", "b"), Group("c", "d")], default);
        Assert.True(replies[0].CanRetry);
        Assert.Contains(reason, replies[0].Reason, StringComparison.Ordinal);
        Assert.Equal([7, 7], replies[1].Rewards!);
    }

    [Theory]
    [InlineData("null", "was given no reward")]
    [InlineData("{\"reward\": null}", "was given no reward")]
    [InlineData("NaN", "was given no reward")]
    [InlineData("{\"reward\": -Infinity}", "was given no reward")]
    [InlineData("1e999", "was given Infinity, which is not finite")]
    public void No_reward_is_an_answer_that_is_not_asked_for_again(string answer, string reason)
    {
        if (OperatingSystem.IsWindows()) return;
        using ExternalReward reward = new(
            Command($"while read -r l; do echo x >> {_folder["asked"]}; case $l in *bad*) echo '{answer}';; *) echo 1;; esac; "
            + $"done"),
            attempts: 3, TimeSpan.Zero);
        IReadOnlyList<RewardReply> replies = reward.Score([Group("good", "bad"), Group("good")], default);
        Assert.Null(replies[0].Rewards);
        Assert.Contains("response 2 " + reason, replies[0].Reason, StringComparison.Ordinal);
        Assert.Equal([1], replies[1].Rewards!);
        Assert.Equal(3, File.ReadAllLines(_folder["asked"]).Length);
    }

    [Fact]
    public void What_failed_is_asked_for_again_after_pauses_that_double()
    {
        List<string> asked = [];
        RecordedPauses pauses = new();
        using ExternalReward reward = new(
            new Scripted(asked, text => text == "late" && asked.Count < 3 ? null : text.Length), attempts: 4,
            TimeSpan.FromSeconds(10), pauses);
        IReadOnlyList<RewardReply> replies = reward.Score([Group("a"), Group("late"), Group("abc")], default);
        Assert.Equal([[1], [4], [3]], Rewards(replies));
        Assert.Equal(["a late abc", "late", "late"], asked);
        Assert.Equal([10, 20], pauses.All.Select(p => p.TotalSeconds));
    }

    [Fact]
    public void After_the_last_attempt_there_is_no_reward()
    {
        List<string> asked = [];
        using ExternalReward reward = new(new Scripted(asked, _ => null), attempts: 3, TimeSpan.Zero);
        Assert.Equal("no", Assert.Single(reward.Score([Group("a")], default)).Reason);
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public void A_server_is_asked_in_OpenRLHFs_words()
    {
        using RewardServer server = new(r =>
            (200, $$"""{"rewards":[{{string.Join(",", r.Texts("query").Select(q => q.Length))}}],"scores":[0]}"""));
        using HttpEndpoint endpoint = new(server.Url, "secret", TimeSpan.FromSeconds(20));
        Assert.Equal(
            [[6, 7]], Rewards(endpoint.Ask([[new RewardQuery("p", "a", "7", "<u>p<a>", "<u>p<a"), Query("bcde")]], default)));
        RewardRequest request = Assert.Single(server.Requests);
        Assert.Equal("Bearer secret", request.Authorization);
        Assert.Equal("""{"query":["<u>p<a","<p>bcde"],"prompts":["<u>p<a>","<p>"],"labels":["7",null]}""", Unescaped(request));
    }

    [Theory]
    [InlineData("innate", """{"prompt":"p","responses":["a","bc"],"answer":null}""", """{"rewards":[1,2]}""")]
    [InlineData("llama-factory", """{"messages":["<p>a","<p>bc"]}""", """{"scores":[1,2]}""")]
    [InlineData("classify", """{"input":["<p>a","<p>bc"],"use_activation":false}""",
        """{"data":[{"probs":[1]},{"probs":[2]}]}""")]
    [InlineData("score", """{"text_1":"p","text_2":["a","bc"]}""", """{"data":[{"score":1},{"score":2}]}""")]
    public void A_server_is_asked_in_the_dialects_that_Innate_serves(string dialect, string asked, string answer)
    {
        using RewardServer server = new(_ => (200, answer));
        using HttpEndpoint endpoint = new(server.Url, null, TimeSpan.FromSeconds(20), dialect);
        Assert.Equal([[1, 2]], Rewards(endpoint.Ask([Group("a", "bc")], default)));
        Assert.Equal(asked, Unescaped(Assert.Single(server.Requests)));
        using RewardServer other = new(_ => (200, """{"data":[{"probs":[]},{}],"scores":7,"rewards":{}}"""));
        using HttpEndpoint wrong = new(other.Url, null, TimeSpan.FromSeconds(20), dialect);
        Assert.Contains("expected {", Assert.Single(wrong.Ask([Group("a", "bc")], default)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void In_slimes_dialect_each_response_is_a_request()
    {
        using RewardServer server = new(r => (200, r.Body["response"]!.GetValue<string>() == "bad" ? "null" : "0.5"));
        using HttpEndpoint endpoint = new(server.Url, null, TimeSpan.FromSeconds(20), "slime");
        RewardReply reply = Assert.Single(endpoint.Ask([Group("a", "bad", "c")], default));
        Assert.Equal([0.5, null, 0.5], reply.Values!);
        Assert.Null(reply.Rewards);
        Assert.Equal("response 2 was given no reward", reply.Reason);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public void A_function_that_throws_is_a_reason()
    {
        using FunctionEndpoint function = new("mine", q => q.Response == "bad" ? throw new TimeoutException("late") : 2);
        IReadOnlyList<RewardReply> replies = function.Ask([Group("a"), Group("a", "bad")], default);
        Assert.Equal([2.0], replies[0].Rewards!);
        Assert.Equal("mine failed: late", replies[1].Reason);
    }

    [Fact]
    public void Replies_find_their_group_in_whichever_order_they_come()
    {
        // The first asked answers last.
        using RewardServer server = new(r =>
        {
            int n = int.Parse(r.Texts("query")[0][3..], CultureInfo.InvariantCulture);
            Thread.Sleep((6 - n) * 40);
            return (200, $$"""{"rewards":[{{n}}]}""");
        });
        using HttpEndpoint endpoint = new(server.Url, null, TimeSpan.FromSeconds(20));
        Assert.Equal([[0], [1], [2], [3], [4], [5]],
            Rewards(endpoint.Ask([.. Enumerable.Range(0, 6).Select(i => Group($"{i}"))], default)));
    }

    [Theory]
    [InlineData(500, "busy", "answered 500: busy")]
    [InlineData(200, "{\"rewards\":[1]}", "expected {\"rewards\": [2 numbers]}, found {\"rewards\":[1]}")]
    [InlineData(200, "{\"rewards\":[1,\"x\"]}", "expected {\"rewards\"")]
    [InlineData(200, "hello", "expected {\"rewards\"")]
    [InlineData(200, "", "found nothing")]
    public void A_server_that_fails_is_asked_again(int status, string body, string reason)
    {
        int asked = 0;
        using RewardServer server = new(_ =>
            Interlocked.Increment(ref asked) == 1 ? (status, body) : (200, "{\"rewards\":[1,2]}"));
        using HttpEndpoint endpoint = new(server.Url, null, TimeSpan.FromSeconds(20));
        RewardReply first = Assert.Single(endpoint.Ask([Group("a", "b")], default));
        Assert.True(first.CanRetry);
        Assert.Contains(reason, first.Reason, StringComparison.Ordinal);
        using ExternalReward reward = new(endpoint, attempts: 2, TimeSpan.Zero);
        Assert.Equal([[1, 2]], Rewards(reward.Score([Group("a", "b")], default)));
    }

    [Fact]
    public void A_server_that_is_slow_or_not_there_is_a_reason()
    {
        using ManualResetEventSlim over = new();
        using RewardServer server = new(_ =>
        {
            over.Wait();
            return (200, "{\"rewards\":[1]}");
        });
        using HttpEndpoint slow = new(server.Url, null, TimeSpan.FromMilliseconds(300));
        string? reason = Assert.Single(slow.Ask([Group("a")], default)).Reason;
        over.Set();
        Assert.Contains("gave no answer within 0.3 s", reason, StringComparison.Ordinal);
        using HttpEndpoint absent = new(new Uri("http://127.0.0.1:1/"), null, TimeSpan.FromSeconds(20));
        Assert.Contains("http://127.0.0.1:1/: ", Assert.Single(absent.Ask([Group("a")], default)).Reason,
            StringComparison.Ordinal);
    }

    private static CommandEndpoint Command(string run, double seconds = 30) => new(run, TimeSpan.FromSeconds(seconds));

    private static RewardQuery Query(string response) => new("p", response, null, "<p>", "<p>" + response);

    private static RewardQuery[] Group(params string[] responses) => [.. responses.Select(Query)];

    private static IEnumerable<double[]?> Rewards(IReadOnlyList<RewardReply> replies) => replies.Select(r => r.Rewards);

    private static string Unescaped(RewardRequest request) =>
        System.Text.RegularExpressions.Regex.Unescape(request.Body.ToJsonString());

    private sealed class Scripted(List<string> asked, Func<string, double?> reward) : IRewardEndpoint
    {
        public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation)
        {
            asked.Add(string.Join(' ', groups.Select(g => g[0].Response)));
            return [.. groups.Select(g => reward(g[0].Response) is { } x ? RewardReply.Of([x]) : RewardReply.Failed("no"))];
        }

        public void Dispose()
        {
        }
    }
}
