using System.Text.Json.Nodes;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>
/// Rows of ids that are no text, with the model inside: which may come, in which groups, against which null prompt.
/// </summary>
public class TokenRowsTests
{
    private const string Ids = "\"prompt_ids\":[7,9,30],\"response_ids\":[5,40,12,19,5]";
    private const string Allowed = "\"allowed\":[[5,20],[40,41]]";

    [Fact]
    public void Groups_add_up_to_the_reward_whatever_it_is_and_the_rest_of_the_row_stays()
    {
        string row = $$"""{{{Ids}},{{Allowed}},"group":2,"id":"a"}""";
        foreach (string reward in (string[])
            ["endogenous(gamma=0.8)", "log-likelihood", "mean-log-likelihood", "entropy", "endogenous - 0.1*tokens"])
        {
            JsonNode line = Line(["--reward", reward], row);
            Assert.Equal(3, line["groups"]!.AsArray().Count);
            Assert.Equal((double)line["reward"]!, line["groups"]!.AsArray().Sum(g => (double)g!), 1e-9);
            Assert.Equal("a", (string)line["id"]!);
        }

        JsonNode many = Line([], """{"prompt_ids":[7],"responses_ids":[[5,6,7],[8]],"group":2}""");
        Assert.Equal([2, 1], many["groups"]!.AsArray().Select(g => g!.AsArray().Count));
        JsonNode pair = Line([], """{"prompt_ids":[7],"chosen_ids":[5,6],"rejected_ids":[8],"group":1}""");
        Assert.Equal((2, 1), (pair["groups_chosen"]!.AsArray().Count, pair["groups_rejected"]!.AsArray().Count));

        // Beside a text the names are the user's own.
        JsonNode text = Line([], """{"prompt":"What is 1 + 1?","response":"2","group":"easy","allowed":"all"}""");
        Assert.Equal(("easy", "all"), ((string)text["group"]!, (string)text["allowed"]!));
    }

    [Fact]
    public void Ranges_for_each_position_for_each_place_of_a_group_or_for_all()
    {
        double all = Reward($$"""{{{Ids}},{{Allowed}}}""");
        Assert.True(all > Reward($$"""{{{Ids}}}"""), "fewer ids share the probability");
        string each = string.Join(',', Enumerable.Repeat("[[5,20],[40,41]]", 5));
        Assert.Equal(all, Reward($$"""{{{Ids}},"allowed":[{{each}}]}"""));
        Assert.Equal(all, Reward($$"""{{{Ids}},"allowed":[[[5,20],[40,41]],[[40,41],[5,12],[12,20]]],"group":2}"""));
        Assert.Equal(0, Reward($$"""{{{Ids}},"allowed":[[[5,6]],[[40,41]],[[12,13]],[[19,20]],[[5,6]]]}"""));

        double Reward(string row) => (double)Line(["--reward", "log-likelihood"], row)["reward"]!;
    }

    [Fact]
    public void Pmi_is_the_likelihood_less_that_after_the_null_prompt()
    {
        double with = (double)Line(["--reward", "log-likelihood"], $$"""{{{Ids}},{{Allowed}}}""")["reward"]!;
        double without = (double)Line(
            ["--reward", "log-likelihood"], $$"""{"prompt_ids":[1,2],"response_ids":[5,40,12,19,5],{{Allowed}}}""")["reward"]!;
        string row = $$"""{{{Ids}},{{Allowed}},"null_prompt_ids":[1,2],"group":5}""";
        foreach (string reward in (string[])["pmi", "pmi(log-likelihood)"])
        {
            JsonNode line = Line(["--reward", reward, "--tokens"], row);
            Assert.Equal(with - without, (double)line["reward"]!, 1e-9);
            Assert.Equal(with - without, line["trace"]!["reward"]!.AsArray().Sum(x => (double)x!), 1e-9);
        }

        Assert.Equal(
            with - without,
            (double)Line(["--reward", "pmi", "--null-prompt-ids", "1,2"], $$"""{{{Ids}},{{Allowed}}}""")["reward"]!, 1e-9);
    }

    [Fact]
    public void Guidance_of_one_is_the_prompt_and_of_none_the_null_prompt()
    {
        string row = $$"""{{{Ids}},{{Allowed}},"null_prompt_ids":[1,2]}""", plain = $$"""{{{Ids}},{{Allowed}}}""";
        double Reward(string text, params string[] options) =>
            (double)Line(["--reward", "log-likelihood", .. options], text)["reward"]!;

        double with = Reward(plain), without = Reward(plain.Replace("[7,9,30]", "[1,2]", StringComparison.Ordinal));
        Assert.Equal(with, Reward(row, "--cfg", "1"), 1e-5);
        Assert.Equal(without, Reward(row, "--cfg", "0"), 1e-5);
        Assert.NotEqual(with, Reward(row, "--cfg", "3"), 1e-3);
        string image = row.Replace("\"null_", "\"image_prompt_ids\":[9,30],\"null_", StringComparison.Ordinal);
        Assert.Equal(with, Reward(image, "--cfg", "1,1"), 1e-5);
        Assert.Equal(Reward(plain.Replace("[7,9,30]", "[9,30]", StringComparison.Ordinal)), Reward(image, "--cfg", "0,1"), 1e-5);
        Assert.Contains("w = 3", RealCli.Run(["score", "--cfg", "3"], row).Error, StringComparison.Ordinal);
        CliResult rank = RealCli.Run(
            ["rank", "--prompt", "What is 1 + 1?", "--response", "2", "--cfg", "2", "--null-prompt", "", "--json"]);
        Assert.Equal(0, rank.Code);
    }

    [Fact]
    public void Rows_of_ids_are_labelled_and_ranked_as_ids()
    {
        const string Row =
            """{"prompt_ids":[7],"responses_ids":[[5,6,7],[8,9]],"allowed":[[5,10]],"null_prompt_ids":[3],"id":4}""";
        double[] rewards = [.. Line(["--reward", "pmi"], Row)["rewards"]!.AsArray().Select(r => (double)r!)];
        int best = rewards[0] > rewards[1] ? 0 : 1;
        int[][] responses = [[5, 6, 7], [8, 9]];
        CliResult labelled = RealCli.Run(["label", "--reward", "pmi", "--quiet"], Row);
        Assert.Equal("", labelled.Error);
        JsonNode pair = JsonNode.Parse(labelled.Output)!;
        Assert.Equal(responses[best], pair["chosen_ids"]!.AsArray().Select(x => (int)x!));
        Assert.Equal(responses[1 - best], pair["rejected_ids"]!.AsArray().Select(x => (int)x!));
        Assert.Equal([7], pair["prompt_ids"]!.AsArray().Select(x => (int)x!));
        JsonNode kept = JsonNode.Parse(RealCli.Run(["rank", "--in", "-", "--reward", "pmi"], Row).Output)!;
        Assert.Equal(responses[best], kept["response_ids"]!.AsArray().Select(x => (int)x!));

        // A judge reads words.
        Assert.Equal(2, RealCli.Run(["label", "--judge", "pairwise", "--quiet"], Row).Code);
    }

    [Fact]
    public void Sound_codes_are_allowed_by_name()
    {
        // The model inside has 512 ids: what it lacks is said, and what is no name.
        string large = Error("\"allowed\":\"orpheus\""), unknown = Error("\"allowed\":\"encodec\"");
        Assert.Contains("allowed: expected ids below the vocabulary's 512", large, StringComparison.Ordinal);
        Assert.Contains("\"allowed\": expected a name of orpheus, found 'encodec'", unknown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"allowed\":[[5,20]]", "the response: expected at position 1 an id of those allowed there (5 to 19), found 40")]
    [InlineData("\"allowed\":[[[0,99]],[[0,99]]]", "found them for 2")]
    [InlineData("\"allowed\":[[20,5]]", "expected ranges [start, end] with 0 <= start < end, found [20, 5]")]
    [InlineData("\"allowed\":[5,20]", "\"allowed[0]\": expected ranges [start, end] of ids")]
    [InlineData("\"allowed\":[]", "\"allowed\": expected ranges")]
    [InlineData("\"allowed\":[[0,513]]", "expected ids below the vocabulary's 512, found the range 0 to 512")]
    [InlineData("\"group\":0", "\"group\": expected a whole number of tokens of at least 1, found the number 0")]
    [InlineData("\"null_prompt_ids\":[]", "\"null_prompt_ids\" is empty")]
    [InlineData("\"null_prompt_ids\":[600]", "the null prompt holds the id 600")]
    public void What_a_row_says_wrongly_is_told_in_its_place(string field, string message) =>
        Assert.Contains(message, Error(field), StringComparison.Ordinal);

    [Fact]
    public void A_page_takes_the_place_neither_of_the_rows_nor_of_the_rewards()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["in.jsonl"], "{\"prompt_ids\":[1],\"response_ids\":[2]}\n");
        foreach ((string page, string found) in new[]
        {
            (folder["in.jsonl"], "expected another file than --in and --out"),
            (folder["out.jsonl"], "expected another file than --in and --out"),
            (folder.Path, "expected a file, found the folder"),
            (folder["nowhere/page.html"], "expected a file in a folder that exists"),
        })
        {
            CliResult result = RealCli.Run(
                ["score", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"], "--report", page]);
            Assert.Equal(2, result.Code);
            Assert.StartsWith($"innate: --report: {found}", result.Error, StringComparison.Ordinal);
        }

        Assert.StartsWith("{\"prompt_ids\"", File.ReadAllText(folder["in.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_of_ids_beside_a_pair_of_texts_is_one_too_many()
    {
        CliResult result = RealCli.Run(
            ["score"], """{"prompt_ids":[1],"chosen":"a","rejected":"b","chosen_ids":[2],"rejected_ids":[3]}""");
        Assert.Equal(2, result.Code);
        Assert.Contains("the row has both \"chosen\" and \"chosen_ids\"", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"null_prompt_ids\"", "--cfg", "2")]
    [InlineData("\"image_prompt_ids\"", "--cfg", "2,1", "--null-prompt-ids", "1")]
    public void Guidance_without_what_it_compares_with_is_the_rows_error(string message, params string[] options)
    {
        CliResult result = RealCli.Run(["score", .. options], $$"""{{{Ids}}}""");
        Assert.Equal(2, result.Code);
        string error = (string)JsonNode.Parse(result.Lines[0])!["error"]!;
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cfg: expected a number, or two", "--cfg", "much")]
    [InlineData("--null-prompt: expected none without --cfg or a --reward with pmi", "--null-prompt", "x")]
    [InlineData("--null-prompt-ids: expected none beside --null-prompt", "--null-prompt", "x", "--null-prompt-ids", "1")]
    [InlineData("--null-prompt-ids: expected token ids", "--null-prompt-ids", "1,x", "--cfg", "2")]
    [InlineData("--turns: expected off with guidance", "--cfg", "2", "--turns")]
    public void Options_that_do_not_go_together_are_refused(string message, params string[] options)
    {
        CliResult result = RealCli.Run(["score", .. options], $$"""{{{Ids}}}""");
        Assert.Equal(2, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_shows_pictures_of_rows_with_groups_and_texts_of_others()
    {
        using TemporaryFolder folder = new();
        string page = folder["page.html"];
        CliResult result = RealCli.Run(
            ["score", "--report", page, "--quiet"],
            $$"""
            {{{Ids}},"group":2}
            {"prompt":"What is 1 + 1?","response":"<b>2</b>"}
            {"prompt_ids":[7]}
            """);
        Assert.Equal(2, result.Code);
        string html = File.ReadAllText(page);
        Assert.Contains("<svg viewBox=\"0 0 2 3\"", html, StringComparison.Ordinal);
        Assert.Contains("2 rows with rewards", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>2</b>", html, StringComparison.Ordinal);
        Assert.Contains(
            "--report: expected none with --resume",
            RealCli.Run(["score", "--report", page, "--resume"], "").Error, StringComparison.Ordinal);
    }

    private static JsonNode Line(string[] options, string row)
    {
        CliResult result = RealCli.Run(["score", .. options], row);
        Assert.True(result.Code == 0, $"{result.Output}{result.Error}");
        return JsonNode.Parse(result.Lines[0])!;
    }

    private static string Error(string field)
    {
        CliResult result = RealCli.Run(["score"], $$"""{{{Ids}},{{field}}}""");
        Assert.Equal(2, result.Code);

        // Where not one row can be read the command stops with the sentence.
        return result.Lines.Length > 0 ? (string)JsonNode.Parse(result.Lines[0])!["error"]! : result.Error;
    }
}
