using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Profiles;

/// <summary>A profile's reward under any words.</summary>
/// <param name="session">The model.</param>
/// <param name="format">How text becomes ids.</param>
internal sealed class ProfileScorer(ModelSession session, ChatFormatOptions format)
{
    // Groups that are read in one pass: what they need of memory is bounded.
    private const int GroupsATime = 16;

    /// <summary>Refuses a profile whose reward needs what a test does not have; before a model is loaded.</summary>
    /// <exception cref="InputException">It needs a reference, a gold answer, a run's longest response.</exception>
    public static void Require(RewardProfile profile)
    {
        try
        {
            ExpressionChecks.Require(profile.Expression, hasReference: false, "in a profile's pairs");
            if (profile.Expression.Needs.Recommended is not null)
            {
                throw new InputException("Reward", "gamma as a number", "gamma=recommended");
            }
        }
        catch (InputException e)
        {
            throw new InputException($"{profile.Name}: {e.MessageFor(_ => "reward")}", e);
        }
    }

    /// <summary>Rewards of each group's responses.</summary>
    /// <param name="profile">Whose reward.</param>
    /// <param name="words">Under which system prompt; null: under none.</param>
    /// <param name="groups">The responses.</param>
    /// <param name="ending">What follows each response.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">A group cannot be scored.</exception>
    public IReadOnlyList<double[]> Score(
        RewardProfile profile, string? words, IReadOnlyList<ProfileGroup> groups, CancellationToken cancellation,
        string ending = "")
    {
        // Within a prompt z changes no order.
        RewardNode node = words is null ? profile.Term : new ProfileNode(profile.Name, words, profile.Term);
        ScorerSettings settings = new() { Reward = RewardKind.Endogenous, Expression = RewardExpression.Of(node) };
        using ResponseScorer scorer = ResponseScorer.Of(settings, session, null, format, samples: false);
        List<double[]> rewards = [];
        foreach (ProfileGroup[] some in groups.Chunk(GroupsATime))
        {
            Row[] rows = [.. some.Select((g, i) => g.ToRow(rewards.Count + i + 1, ending))];
            foreach ((Row row, ScoredRow scored) in rows.Zip(scorer.Score(rows, cancellation)))
            {
                rewards.Add(scored.Verdict is { } verdict ? [.. verdict.Scores]
                    : throw new InputException(
                        $"{profile.Name}: prompt {row.Line} of its pairs: {scored.Error!.TrimEnd('.')}."));
            }
        }

        return rewards;
    }
}
