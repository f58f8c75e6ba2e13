using Innate.Rewards;
using Innate.Rows;
using Innate.Runs;
using Innate.Scoring;
using Innate.Scoring.Expressions;

namespace Innate.Cli.Terminal;

/// <summary>A ranking on stdout: one object of JSON, or a view for people.</summary>
internal static class RankingOutput
{
    /// <summary>Writes a ranking.</summary>
    /// <param name="ranking">By a reward, or by a judge.</param>
    /// <param name="scorer">What ranked.</param>
    /// <param name="top">How many; 0: all.</param>
    /// <param name="json">One JSON object, in place of a view for people.</param>
    /// <param name="tokens">With JSON: each response's trace too.</param>
    /// <param name="quiet">No summary on stderr.</param>
    /// <param name="io">The world.</param>
    /// <param name="colour">What colours tokens; null: what a reader of the reward looks for.</param>
    public static int Write(
        Ranking ranking, ScorerSettings scorer, int top, bool json, bool tokens, bool quiet, CliIo io, TokenColour? colour = null)
    {
        int[] order = [.. ranking.Order.Take(top == 0 ? int.MaxValue : top)];
        if (json)
        {
            io.Output.Write(RowWriter.Line(w => RankingJson.Write(w, ranking, order, tokens)));
        }
        else
        {
            using StreamWriter output = io.TextOutput();
            output.Write(ranking.Judge is { } judge
                ? new JudgementView(io.Width, io.Colours).Render(judge, ranking.Model, ranking.Responses, ranking.Verdict!, order)
                : new RankingView(io.Width, io.Colours, colour).Render(
                    scorer.Reward, scorer.Options, ranking.Model, [.. ranking.Ranked.Take(order.Length)], scorer.Expression));
        }

        if (ranking.Verdict is not { } verdict || quiet) return ExitCodes.Success;
        foreach (string note in JudgeRun.Notes([verdict])) io.Error.WriteLine($"innate: {note}");
        return ExitCodes.Success;
    }
}
