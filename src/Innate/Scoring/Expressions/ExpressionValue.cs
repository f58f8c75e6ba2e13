using Innate.Scoring.Rules;

namespace Innate.Scoring.Expressions;

/// <summary>
/// From the leaves' values of a group to one number a response. Null: absent. What is built with an absent number is absent, and
/// so is a quotient by 0, but for <c>else</c>. Pure.
/// </summary>
/// <param name="count">Responses of the group.</param>
/// <param name="key">The group's: decides what is dealt out anew.</param>
/// <param name="leaf">A leaf's values, one a response.</param>
internal sealed class ExpressionValue(int count, ulong key, Func<LeafUse, IReadOnlyList<double?>> leaf)
{
    /// <summary>The values of an expression.</summary>
    public double?[] Of(RewardNode node) => Of(node, PromptView.Own);

    /// <summary>The values of a part of an expression, under a prompt.</summary>
    public double?[] Of(RewardNode node, PromptView view)
    {
        switch (node)
        {
            case NumberNode number:
                return [.. Enumerable.Repeat<double?>(number.Value, count)];
            case LeafNode use:
                return [.. leaf(new LeafUse(use, view))];
            case NegativeNode negative:
                return [.. Of(negative.Term, view).Select(x => -x)];
            case BinaryNode binary:
                return [.. Of(binary.Left, view).Zip(Of(binary.Right, view), (a, b) => Joined(binary.Operator, a, b))];
            case NormalizedNode z:
                return OverPresent(Of(z.Term, view), values => GroupNormal.Of(values));
            case ShuffledNode shuffled:
                double?[] dealt = Of(shuffled.Term, view);
                return OverPresent(dealt, values => ControlRewards.Shuffled(values, key));
            case GateNode gate:
                return Gated(Of(gate.Check, view), Of(gate.Reward, view));
            case ClipNode clip:
                return [.. Of(clip.Term, view).Select(x => x is { } v ? Math.Clamp(v, clip.Low, clip.High) : x)];
            case ElseNode other:
                return [.. Of(other.Term, view).Zip(Of(other.Other, view), (a, b) => a ?? b)];
            case PmiNode pmi:
                return [.. Of(pmi.Term, view).Zip(Of(pmi.Term, PromptView.Empty), (a, b) => a - b)];
            case ProfileNode profile:
                return Of(profile.Term, PromptView.Under(profile.Prefers));
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }
    }

    private static double? Joined(char sign, double? a, double? b) => sign switch
    {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        _ => b == 0 ? null : a / b,
    };

    // What compares a group compares those of its responses that have a value.
    private static double?[] OverPresent(double?[] values, Func<double[], double[]> change)
    {
        double[] present = change([.. values.OfType<double>()]);
        int at = 0;
        return [.. values.Select(v => v is null ? (double?)null : present[at++])];
    }

    /// <summary>
    /// What passes (a check above 0) keeps its reward. What fails lies below the worst that passes by as much as that lies below
    /// the best, or by 1 where those that pass are all equal; where none passes, all are 0.
    /// </summary>
    private static double?[] Gated(double?[] checks, double?[] rewards)
    {
        double[] passing =
            [.. checks.Zip(rewards).Where(p => p is { First: > 0, Second: not null }).Select(p => p.Second!.Value)];
        double failing = 0;
        if (passing.Length > 0)
        {
            double low = passing.Min(), spread = passing.Max() - low;
            failing = Math.Min(low - (spread > 0 ? spread : 1), Math.BitDecrement(low));
        }

        return [.. checks.Zip(rewards, (check, reward) => check is null ? null : check > 0 ? reward : failing)];
    }
}
