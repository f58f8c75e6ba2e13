using System.Globalization;
using System.Text;
using Innate.Rewards;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Traces;
using static System.FormattableString;

namespace Innate.Cli.Terminal;

/// <summary>A ranking for people: ranks and margins, then each response coloured token by token.</summary>
/// <param name="width">Columns.</param>
/// <param name="depth">Colours.</param>
/// <param name="colour">What colours tokens; null: what a reader of the reward looks for.</param>
internal sealed class RankingView(int width, ColourDepth depth, TokenColour? colour = null)
{
    private const string Indent = "  ";

    /// <summary>What a reward is, in one line.</summary>
    public static string Explain(RewardKind kind, RewardOptions options) => kind switch
    {
        RewardKind.Endogenous when options is { Gamma: 1, Alpha: 1 } =>
            "Sum over tokens of Q(s,a) - V(s'): the reward that next-token training left inside the model. Without discount it "
            + "orders responses to one prompt exactly as their log-likelihood does.",
        RewardKind.Endogenous => "Sum over tokens of weight times Q(s,a) - V(s'), " + Weights(options),
        RewardKind.EndogenousLogProb => "Sum over tokens of weight times log-probability, in nats, " + Weights(options),
        RewardKind.LogLikelihood => "The response's log-probability, in nats.",
        RewardKind.MeanLogLikelihood => "The mean log-probability of a token, in nats.",
        RewardKind.SelfCertainty => "The mean distance of the model's predictions from uniform, in nats.",
        RewardKind.Entropy => "Minus the mean entropy of the model's predictions, in nats.",
        RewardKind.Implicit => "How much likelier the model finds the response than the reference does, in nats.",
        _ => "The score head of a trained reward model.",
    };

    /// <summary>The whole view.</summary>
    /// <param name="kind">The reward.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="model">What a person calls the model.</param>
    /// <param name="ranking">Best first.</param>
    /// <param name="expression">The expression in the reward's place; null: none.</param>
    public string Render(
        RewardKind kind, RewardOptions options, string model, RankedResponse[] ranking, RewardExpression? expression = null)
    {
        TokenColour shown = colour ?? (expression is null ? TokenColours.Usual(kind) : TokenColour.Reward);
        if (ranking.All(r => r.Scored.Trace is null)) shown = TokenColour.Reward;
        if (shown == TokenColour.V && ranking.Any(r => r.Scored.Trace is { Parts: TraceParts.LogProbabilities }))
        {
            throw new InputException("--colour-by: expected reward or logprob, for the engine tells no V(s), found v.");
        }

        StringBuilder text = new();
        string title = expression?.ToString() ?? $"{RewardNames.NameOf(kind)} reward{Parameters(kind, options)}";
        string explained = expression is null
            ? Explain(kind, options)
            : "Several rewards in one expression (docs/expressions.md).";
        text.Append('\n').Append(Indent).Append(Colour.Bold(title, depth)).Append(Colour.Dim($" · {model}", depth)).Append('\n');
        foreach (string line in Wrap(explained, width - 4)) text.Append(Indent).Append(Colour.Dim(line, depth)).Append('\n');
        double[][] values = [.. ranking.Select(r => TokenColours.Of(r.Scored, shown))];
        HeatScale scale = shown == TokenColour.LogProb
            ? HeatScale.OfLogProbabilities(values.SelectMany(v => v))
            : HeatScale.Of(values.SelectMany(v => v));
        if (values.Any(v => v.Length > 0))
        {
            string legend = depth != ColourDepth.None ? Legend(scale, shown) : $"numbers: {TokenColours.Label(shown)}";
            text.Append(Indent).Append(legend).Append('\n');
        }

        int numbers = ranking.Max(r => Number(r.Scored.Reward.Value).Length);
        int places = ranking.Length.ToString(CultureInfo.InvariantCulture).Length;
        for (int i = 0; i < ranking.Length; i++)
        {
            RankedResponse r = ranking[i];
            string rank = Rank(ranking, i).PadRight(places + (ranking.Length > 1 ? 2 : 1));
            string value = Number(r.Scored.Reward.Value).PadLeft(numbers);
            text.Append('\n')
                .Append(Indent)
                .Append(Colour.Bold($"{rank} {value}", depth))
                .Append(Colour.Dim(Details(ranking, i), depth))
                .Append('\n');
            AppendTokens(text, r, values[i], scale);
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Six significant digits at most, aligned on nothing, culture-free.</summary>
    public static string Number(double x) =>
        x.ToString(Math.Abs(x) is < 0.001 and > 0 ? "0.00E+0" : "0.000", CultureInfo.InvariantCulture);

    // Equals share a rank, and say so.
    private static string Rank(RankedResponse[] ranking, int i)
    {
        double value = ranking[i].Scored.Reward.Value;
        int first = Array.FindIndex(ranking, r => r.Scored.Reward.Value == value);
        bool isShared = ranking.Count(r => r.Scored.Reward.Value == value) > 1;
        return string.Create(CultureInfo.InvariantCulture, $"#{first + 1}") + (isShared ? "=" : "");
    }

    private static string Parameters(RewardKind kind, RewardOptions options)
    {
        if (kind is not (RewardKind.Endogenous or RewardKind.EndogenousLogProb)) return "";
        string alpha = options.Alpha == 1 ? "" : Invariant($", alpha {options.Alpha:0.####}");
        return alpha + (options.Gamma == 1 ? ", gamma 1" : Invariant($", gamma {options.Gamma:0.####}"))
            + (options.Beta == 0 ? "" : Invariant($", beta {options.Beta:0.####}"));
    }

    private static string Weights(RewardOptions options) => options.Beta == 0
        ? Invariant($"token h weighing {options.Gamma:0.####}^(h-1).")
        : Invariant($"token h weighing max({options.Gamma:0.####}^(h-1), {options.Beta:0.####}).");


    private static string Details(RankedResponse[] ranking, int i)
    {
        RankedResponse r = ranking[i];
        string margin = i + 1 == ranking.Length
            ? ""
            : r.Scored.Reward.Value == ranking[i + 1].Scored.Reward.Value
                ? "  equal to the next"
                : $"  +{Number(r.Scored.Reward.Value - ranking[i + 1].Scored.Reward.Value)} to the next";
        string tokens = r.Texts.Length == 1 ? "1 token" : $"{r.Texts.Length.ToString(CultureInfo.InvariantCulture)} tokens";
        return $"{margin}  {tokens}  response {r.Index.ToString(CultureInfo.InvariantCulture)}";
    }

    private void AppendTokens(StringBuilder text, RankedResponse r, double[] rewards, HeatScale scale)
    {
        int room = width - 6;
        if (rewards.Length == 0 || depth == ColourDepth.None)
        {
            // Plain: the text, then the numbers token by token.
            foreach (List<HeatSegment> line in HeatText.Lines(r.Texts, new double[r.Texts.Length], new HeatScale(0, 1), room))
            {
                text.Append("    ").Append(HeatText.Draw(line, ColourDepth.None)).Append('\n');
            }

            if (rewards.Length == 0) return;
            IEnumerable<string> cells = r.Texts.Select(
                (t, h) => $"[{HeatText.Visible(t)}] {rewards[h].ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)}");
            foreach (string line in Pack(cells, room)) text.Append("    ").Append(line).Append('\n');
            return;
        }

        foreach (List<HeatSegment> line in HeatText.Lines(r.Texts, rewards, scale, room))
        {
            text.Append("    ").Append(HeatText.Draw(line, depth)).Append('\n');
        }
    }

    private string Legend(HeatScale scale, TokenColour shown)
    {
        StringBuilder bar = new();
        string low = $"{TokenColours.Label(shown)} ≤ {Number(scale.Centre - scale.Range)} ";
        string high = $" ≥ {Number(scale.Centre + scale.Range)}", median = $", median {Number(scale.Centre)}";

        // Nothing is more than sure.
        bool isOneSided = shown == TokenColour.LogProb;
        if (isOneSided) (high, median) = ($" {Number(0)}", "");

        // As wide as there is room for beside the numbers, with a middle.
        const int fewest = 5, most = 17;
        int room = width - Indent.Length - low.Length - high.Length - 1;
        if (room - median.Length >= fewest) (room, high) = (room - median.Length, high + median);
        int cells = (Math.Clamp(room, fewest, most) - 1) | 1;
        List<HeatSegment> segments = [];
        for (int i = 0; i < cells; i++)
        {
            double t = isOneSided ? ((double)i / (cells - 1)) - 1 : (2.0 * i / (cells - 1)) - 1;
            string mark = i == cells / 2 && !isOneSided ? "│" : " ";
            segments.Add(new HeatSegment(mark, scale.ColourOf(scale.Centre + (t * scale.Range))));
        }

        bar.Append(Colour.Dim(low, depth));
        bar.Append(HeatText.Draw(segments, depth));
        bar.Append(Colour.Dim(high, depth));
        return bar.ToString();
    }

    private static IEnumerable<string> Wrap(string text, int width) => Pack(text.Split(' '), width, " ");

    private static IEnumerable<string> Pack(IEnumerable<string> cells, int width, string separator = "  ")
    {
        StringBuilder line = new();
        int column = 0;
        foreach (string cell in cells)
        {
            int wide = HeatText.WidthOf(cell);
            if (column > 0 && column + separator.Length + wide > width)
            {
                yield return line.ToString();
                line.Clear();
                column = 0;
            }

            if (column > 0)
            {
                line.Append(separator);
                column += separator.Length;
            }

            line.Append(cell);
            column += wide;
        }

        if (column > 0) yield return line.ToString();
    }
}
