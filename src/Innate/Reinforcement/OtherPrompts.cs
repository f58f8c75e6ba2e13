using Innate.Models;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Text;

namespace Innate.Reinforcement;

/// <summary>Groups' responses after other prompts than those that they were sampled after: of <c>pmi</c> and profiles.</summary>
internal sealed class OtherPrompts
{
    private readonly Lazy<int[]> _empty;
    private readonly Dictionary<string, SystemPrompt> _systems;

    /// <param name="rewards">The recipe's parts.</param>
    /// <param name="format">How text becomes ids; asked for where a part looks under another prompt.</param>
    /// <param name="haveNull">Whether all prompts have null prompts of their own.</param>
    /// <exception cref="InputException">There is no such prompt: raw mode.</exception>
    public OtherPrompts(IReadOnlyList<RewardTerm> rewards, Func<ChatFormat> format, bool haveNull)
    {
        _empty = new Lazy<int[]>(() => EmptyPrompt.Ids(format()));
        if (!haveNull && rewards.Any(r => r.Expression?.Needs.EmptyPrompt == true)) _ = _empty.Value;
        _systems = rewards.SelectMany(r => r.Expression?.Needs.Systems ?? []).Distinct()
            .ToDictionary(s => s, s => new SystemPrompt(format(), s), StringComparer.Ordinal);
    }

    /// <summary>What is read of groups.</summary>
    /// <exception cref="InputException">A prompt that is known by its ids alone.</exception>
    public TraceQuery[] Queries(IReadOnlyList<RolloutGroup> groups, PromptView view) =>
        [.. groups.Select(g => new TraceQuery(Ids(g.Prompt, view), [.. g.Rollouts.Select(r => r.Response.TokenIds)]))];

    private int[] Ids(PolicyPrompt prompt, PromptView view)
    {
        if (view.System is not { } system) return view.IsEmpty ? prompt.NullPrompt ?? _empty.Value : prompt.Ids;
        try
        {
            return _systems[system].Ids(
                prompt.Conversation is { } messages ? new RowPrompt { Messages = [.. messages] } : null);
        }
        catch (InputException e)
        {
            throw new InputException($"line {prompt.Line}: {e.Message}", e);
        }
    }
}
