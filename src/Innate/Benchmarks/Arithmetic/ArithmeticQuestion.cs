using System.Globalization;
using Innate.Generation;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>Two numbers and what is done with them.</summary>
/// <param name="Symbol"><c>+</c>, <c>-</c>, <c>x</c> or <c>/</c>.</param>
/// <param name="Left">The first number.</param>
/// <param name="Right">The second.</param>
internal readonly record struct Operation(char Symbol, int Left, int Right)
{
    /// <summary>The result; a division's is whole.</summary>
    public int Result => Apply(Symbol, Left, Right);

    /// <summary>What <paramref name="symbol"/> makes of two numbers.</summary>
    public static int Apply(char symbol, int left, int right) => symbol switch
    {
        '+' => left + right,
        '-' => left - right,
        'x' => left * right,
        _ => left / right,
    };
}

/// <summary>What is done with the first operation's result.</summary>
/// <param name="Symbol"><c>+</c> or <c>-</c>.</param>
/// <param name="Operand">The other number.</param>
/// <param name="ResultFirst">Whether the result stands left of the symbol: 2 x 3 + 4, not 4 + 2 x 3.</param>
internal readonly record struct FollowUp(char Symbol, int Operand, bool ResultFirst)
{
    /// <summary>The whole operation, given the first one's result.</summary>
    public Operation After(int result) =>
        ResultFirst ? new Operation(Symbol, result, Operand) : new Operation(Symbol, Operand, result);
}

/// <summary>A question with its gold answer and the way to it.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Text">The question as it is asked.</param>
/// <param name="First">The operation to do first.</param>
/// <param name="Next">The one to do with its result; null where one is enough.</param>
internal sealed record ArithmeticQuestion(ArithmeticFamily Family, string Text, Operation First, FollowUp? Next)
{
    /// <summary>About this share of all tuples of operands is held out.</summary>
    public const double HeldOutShare = 0.05;

    /// <summary>The right answer.</summary>
    public int Answer => Next is { } next ? next.After(First.Result).Result : First.Result;

    /// <summary>Whether the question is kept for measuring and never trained on.</summary>
    public bool IsHeldOut => HeldOut(Family, First, Next);

    /// <summary>
    /// Whether a question of this family and these numbers is held out: its phrasing and the order of what may be swapped
    /// do not matter.
    /// </summary>
    public static bool HeldOut(ArithmeticFamily family, Operation first, FollowUp? next)
    {
        // FNV-1a, then the house's mixer: the same on every machine and in every process.
        ulong hash = RandomBits.Hash(Canonical(family, first, next));
        return SampleRandom.Uniform(hash, 0, 0, 0) < HeldOutShare;
    }

    /// <summary>Family and numbers in the one form that all swaps share: terms added, in order, then terms taken away.</summary>
    internal static string Canonical(ArithmeticFamily family, Operation first, FollowUp? next)
    {
        List<string> added = [];
        List<string> taken = [];
        switch (first.Symbol)
        {
            case '+':
                added.AddRange([Number(first.Left), Number(first.Right)]);
                break;
            case '-':
                added.Add(Number(first.Left));
                taken.Add(Number(first.Right));
                break;
            case 'x':
                added.Add($"{Number(Math.Min(first.Left, first.Right))}x{Number(Math.Max(first.Left, first.Right))}");
                break;
            default:
                added.Add($"{Number(first.Left)}/{Number(first.Right)}");
                break;
        }

        if (next is { } follow)
        {
            if (follow.Symbol == '-' && !follow.ResultFirst) (added, taken) = (taken, added);
            (follow.Symbol == '-' && follow.ResultFirst ? taken : added).Add(Number(follow.Operand));
        }

        added.Sort(StringComparer.Ordinal);
        taken.Sort(StringComparer.Ordinal);
        return $"{family}:{string.Join('+', added)}-{string.Join('-', taken)}";
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
