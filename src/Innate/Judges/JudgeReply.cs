using System.Globalization;
using Innate.Text;

namespace Innate.Judges;

/// <summary>What a judge wrote, and what was read from it.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsCut">Whether the limit of tokens ended it.</param>
internal sealed record JudgeReply(string Text, bool IsCut)
{
    /// <summary>The response that it is about; null: all.</summary>
    public int? Response { get; init; }

    /// <summary>What it says; null: nothing that could be read, and it is left out.</summary>
    public double[]? Scores { get; init; }

    /// <summary>The responses' places, best first, where it ranks them; null: it does not.</summary>
    public IReadOnlyList<int>? Ranking { get; init; }

    /// <summary>Of each step whether it and all before it are right, 1 or 0, where it tells them; null: it does not.</summary>
    public int[]? Steps { get; init; }

    /// <summary>The conversation that it answers.</summary>
    public required IReadOnlyList<ConversationMessage> Asked { get; init; }

    /// <summary>Its whole turn, the verdict included: what a model would learn to say.</summary>
    public required string Turn { get; init; }

    /// <summary>Of a judge that compares two, the place of the one that it holds for better; null: it does not.</summary>
    public int? Best { get; init; }

    /// <summary>Of a judge of one response, whether its turn ends in a yes; null: it does not decide.</summary>
    public bool? SaysYes { get; init; }

    /// <summary>How much the path is to be trusted (<see cref="ReasonGrmPath"/>); null: nobody weighed it.</summary>
    public double? Value { get; init; }

    /// <summary>Whether it counts: a scorer of judgements may have chosen others.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>Many verdicts' replies in a sentence; null where there is nothing to tell.</summary>
    public static string? Told(IEnumerable<JudgeVerdict> verdicts)
    {
        JudgeReply[] replies = [.. verdicts.SelectMany(v => v.Replies)];
        return Told(replies.Length, replies.Count(r => r.Scores is null), replies.Count(r => r.IsCut));
    }

    /// <summary>The same from counts.</summary>
    /// <param name="replies">All.</param>
    /// <param name="unread">Those in which no verdict could be read.</param>
    /// <param name="cut">Those that the limit of tokens ended.</param>
    public static string? Told(long replies, long unread, long cut) => unread + cut == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"of {replies} replies of the judge {unread} hold no verdict that could be read and are left out; the limit "
        + $"of tokens ended {cut}.");
}
