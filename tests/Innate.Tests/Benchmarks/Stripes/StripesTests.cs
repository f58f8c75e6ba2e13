using System.Text.Json.Nodes;
using Innate.Benchmarks.Stripes;
using Innate.Rows;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Benchmarks.Stripes;

/// <summary>
/// Pictures of stripes: what is right is known of each, and the small model that learned them follows its labels.
/// </summary>
public class StripesTests
{
    private static readonly string Model = Path.Combine(Places.Repository, "experiments", "stripes", "model");

    [Fact]
    public void A_picture_without_noise_is_right_for_its_label_alone()
    {
        foreach (StripeLabel label in StripeLabel.All)
        {
            for (int i = 0; i < 20; i++)
            {
                int[] cells = StripePicture.Draw(label, 0, seed: 4, i);
                Assert.Equal([label], StripeLabel.All.Where(l => StripePicture.IsRight(cells, l)));
                Assert.Equal(cells, StripePicture.Read(StripePicture.Write(cells)));
            }
        }

        Assert.Equal("########........########........########........########........",
            StripePicture.Write([.. Enumerable.Range(0, 64).Select(c => 1 - (c / 8 % 2))]));
    }

    [Fact]
    public void Three_cells_may_be_wrong_and_four_may_not()
    {
        StripeLabel label = StripeLabel.Find("r3")!.Value;
        int[] cells = StripePicture.Draw(label, 0, 1, 0);
        foreach (int c in (int[])[3, 20, 41]) cells[c] ^= 1;
        Assert.True(StripePicture.IsRight(cells, label));
        cells[60] ^= 1;
        Assert.Equal(60, StripePicture.Agreement(cells, label));
        Assert.False(StripePicture.IsRight(cells, label));
        Assert.Null(StripeLabel.Find("h9"));
        Assert.Null(StripePicture.Read("##"));
        Assert.Null(StripePicture.Read(new string('x', 64)));
    }

    [Fact]
    public void Rows_are_the_seeds_and_keep_held_out_labels_apart()
    {
        string[] Rows(params string[] options) => RealCli.Run(["stripes", "generate", "--count", "18", .. options]).Lines;

        Assert.Equal(Rows("--seed", "3"), Rows("--seed", "3"));
        Assert.NotEqual(Rows("--seed", "3"), Rows("--seed", "4"));
        string[] held = [.. Rows("--labels", "held-out").Select(Answer).Distinct()], others =
            [.. Rows("--labels", "others").Select(Answer).Distinct()];
        Assert.Equal(["v3", "r2"], held);
        Assert.Equal(7, others.Length);
        Assert.Empty(held.Intersect(others));
        JsonNode pair = JsonNode.Parse(Rows("--for", "pairs")[5])!;
        StripeLabel label = StripeLabel.Find((string)pair["answer"]!)!.Value;
        Assert.True(Agreement(pair["chosen_ids"]!, label) > Agreement(pair["rejected_ids"]!, label));

        static string Answer(string line) => (string)JsonNode.Parse(line)!["answer"]!;
        static int Agreement(JsonNode ids, StripeLabel label) =>
            StripePicture.Agreement([.. ids.AsArray().Select(x => (int)x! == '#' ? 1 : 0)], label);
    }

    [Fact]
    public void The_checker_rewards_line_by_line_and_a_grade_counts()
    {
        string right = StripePicture.Write(StripePicture.Draw(StripeLabel.Find("v2")!.Value, 0, 1, 0));
        CliResult check = RealCli.Run(
            ["stripes", "check"],
            $$"""
            {"prompt":"v2","response":"{{right}}","label":"v2"}
            {"prompt":"h2","response":"{{right}}","label":"h2"}
            {"prompt":"h2","response":"no picture","label":"h2"}
            """);
        Assert.Equal(["1", "0", "0"], check.Lines);
        CliResult grade = RealCli.Run(
            ["stripes", "grade"],
            $$"""{"answer":"v2","responses":[{"text":"{{right}}"},{"text":"."}]}""");
        JsonNode all = JsonNode.Parse(grade.Output)!["all"]!;
        Assert.Equal((2, 1, 0.5), ((int)all["n"]!, (int)all["right"]!, (double)all["rate"]!));
        Assert.InRange((double)all["low"]!, 0.05, 0.15);
        CliResult unknown = RealCli.Run(["stripes", "check"], """{"response":"","label":"z"}""");
        Assert.Contains("line 1: \"label\": expected one of h2", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(2, RealCli.Run(["stripes", "grade"], "").Code);
        Assert.Equal(2, RealCli.Run(["stripes", "generate", "--for", "pairs", "--unlabelled", "0.1"]).Code);
        Assert.Equal(2, RealCli.Run(["stripes", "generate", "--noise", "0.7"]).Code);
    }

    [Fact]
    public void Pmi_tells_right_labels_from_wrong_ones_where_one_colour_is_likely_whatever_is_asked()
    {
        string rows = RealCli.Run(["stripes", "generate", "--for", "candidates", "--count", "90", "--seed", "11"]).Output;
        (double pmi, double pmiFlat) = Auc(rows, "pmi");
        (double plain, double plainFlat) = Auc(rows, "log-likelihood");
        Assert.True(pmi > 0.95, $"AUC by pmi {pmi}");
        Assert.True(plain < pmi, $"AUC by likelihood {plain}, by pmi {pmi}");
        Assert.True(
            pmiFlat > 0.98 && plainFlat < pmiFlat - 0.05, $"against one colour: by pmi {pmiFlat}, by likelihood {plainFlat}");
    }

    [Fact]
    public void The_ids_are_the_tokenizers()
    {
        Tokenizer tokenizer = Tokenizer.Load(Model);
        Assert.Equal([46, 35], tokenizer.Encode(StripePicture.Colours));
        Assert.Equal("h2", tokenizer.Decode([104, 50]));
    }

    // Of the right labels' rewards above the wrong ones'; then above those of pictures of one colour.
    private static (double All, double Flat) Auc(string rows, string reward)
    {
        List<double> right = [], wrong = [], striped = [], flat = [];
        CliResult result = RealCli.Run(["score", "--model", Model, "--raw", "--reward", reward, "--quiet"], rows);
        Assert.Equal(0, result.Code);
        foreach (string line in result.Lines)
        {
            JsonNode row = JsonNode.Parse(line)!;
            double[] rewards = [.. row["rewards"]!.AsArray().Select(r => (double)r!)];
            int own = (int)row["right"]!;
            right.Add(rewards[own]);
            wrong.AddRange(rewards.Where((_, i) => i != own));
            if (own == rewards.Length - 1) continue;
            striped.Add(rewards[own]);
            flat.Add(rewards[^1]);
        }

        return (Above(right, wrong), Above(striped, flat));

        static double Above(List<double> high, List<double> low) =>
            high.Average(h => low.Average(l => h > l ? 1 : h == l ? 0.5 : 0));
    }
}
