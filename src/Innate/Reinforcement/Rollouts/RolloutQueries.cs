using Innate.Scoring.External;
using Innate.Text;

namespace Innate.Reinforcement.Rollouts;

/// <summary>A group's responses as they are shown to a reward outside.</summary>
internal static class RolloutQueries
{
    /// <summary>One a response, in order.</summary>
    public static IReadOnlyList<RewardQuery> Of(RolloutGroup group, Tokenizer tokenizer)
    {
        string rendered = tokenizer.Decode(group.Prompt.Ids);
        return
        [
            .. group.Rollouts.Select(r => new RewardQuery(
                group.Prompt.Text ?? rendered, r.Text, group.Prompt.Answer, rendered,
                tokenizer.Decode([.. group.Prompt.Ids, .. r.Response.TokenIds]))
            {
                Conversation = group.Prompt.Conversation,
            }),
        ];
    }
}
