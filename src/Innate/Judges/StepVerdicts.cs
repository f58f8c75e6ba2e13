using System.Text.RegularExpressions;

namespace Innate.Judges;

/// <summary>A verifier's verdicts on the steps of a solution, 1: correct, 0: incorrect.</summary>
/// <param name="Raw">Every verdict in the text, in order.</param>
/// <param name="Padded">
/// As the authors have them: filled up with 0 to the number of steps, because a verifier stops after the first error; what is too
/// many is kept.
/// </param>
/// <param name="PrefixCorrect">
/// One a step: 1 where it and all before it are correct. Verdicts beyond the steps are left out (ours).
/// </param>
/// <param name="Extra">How many verdicts there were beyond the steps.</param>
internal sealed record StepVerdictsResult(int[] Raw, int[] Padded, int[] PrefixCorrect, int Extra);

/// <summary>
/// ThinkPRM's verdicts on steps (arXiv 2504.16828; confirmed by the authors' code): each <c>\boxed{correct}</c> and
/// <c>\boxed{incorrect}</c> of a verification chain, in order. And its filter of chains to learn from: all verdicts must be the
/// known labels, not the last one alone.
/// </summary>
internal static partial class StepVerdicts
{
    /// <summary>The verdicts in a chain.</summary>
    /// <param name="chain">The verifier's text.</param>
    /// <param name="steps">How many steps the solution has, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of steps.</exception>
    public static StepVerdictsResult Read(string chain, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        int[] raw = [.. Verdict().Matches(chain).Select(m => m.Groups[1].Value == "correct" ? 1 : 0)];
        int[] padded = new int[Math.Max(raw.Length, steps)], prefix = new int[steps];
        raw.CopyTo(padded, 0);
        for (int i = 0; i < steps && padded[i] == 1; i++) prefix[i] = 1;
        return new StepVerdictsResult(raw, padded, prefix, Math.Max(0, raw.Length - steps));
    }

    /// <summary>
    /// Whether a chain is kept to learn from: its verdicts are the known labels up to and with the first error (all of them
    /// where there is none), its format can be read, its length is within bounds. What it says after the first error is not
    /// looked at.
    /// </summary>
    /// <param name="verdicts">The chain's, as read.</param>
    /// <param name="gold">The known labels, one a step.</param>
    /// <param name="hasFormat">Whether the chain's format can be read.</param>
    /// <param name="tokens">Its length in tokens.</param>
    /// <param name="minTokens">The least length; the paper's bounds are not confirmed, these are ours.</param>
    /// <param name="maxTokens">The greatest length.</param>
    public static bool IsKept(
        ReadOnlySpan<int> verdicts, ReadOnlySpan<int> gold, bool hasFormat, int tokens, int minTokens = 1, int maxTokens = 4096)
    {
        if (!hasFormat || tokens < minTokens || tokens > maxTokens) return false;
        int error = gold.IndexOf(0), needed = error < 0 ? gold.Length : error + 1;
        return verdicts.Length >= needed && verdicts[..needed].SequenceEqual(gold[..needed]);
    }

    [GeneratedRegex(@"\\boxed\{(correct|incorrect)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Verdict();
}
