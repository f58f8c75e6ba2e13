using System.Globalization;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// A question's solution in steps small enough for a small model: sums and differences of a single operation column by column,
/// single products by splitting off hundreds, tens and ones, two operations one after the other.
/// </summary>
internal sealed class Working
{
    private static readonly string[] Places = ["Ones", "Tens", "Hundreds", "Thousands"];
    private readonly List<string> _steps = [];
    private readonly Slip? _slip;
    private bool _isPossible = true;
    private bool _slipped;

    private Working(Slip? slip) => _slip = slip;

    /// <summary>The steps, without full stops or marks.</summary>
    public IReadOnlyList<string> Steps => _steps;

    /// <summary>Whether the steps are two operations, of which the second needs the first.</summary>
    public bool IsChain { get; private init; }

    /// <summary>What comes before the steps: the operation that a word problem asks for; null where one step tells it.</summary>
    public string? Task { get; private set; }

    /// <summary>What comes out at the end.</summary>
    public int Answer { get; private set; }

    /// <summary>Solves a question, with a slip or without.</summary>
    /// <returns>The solution; null where the question has no place for this slip.</returns>
    public static Working? Solve(ArithmeticQuestion question, Slip? slip)
    {
        Operation first = question.First;
        FollowUp? next = question.Next;
        Working working = new(slip) { IsChain = next is not null };
        first = working.Operate(first, 0, question.Family);
        if (next is { } follow)
        {
            if (slip is { Kind: SlipKind.WrongOrder })
            {
                if (follow.ResultFirst || first.Symbol != 'x' || question.Family != ArithmeticFamily.ThreeOperands) return null;
                (first, follow) = (
                    new Operation(follow.Symbol, follow.Operand, first.Left), new FollowUp(first.Symbol, first.Right, true));
                working._slipped = true;
            }

            int between = working.Direct(first);
            working.Answer = working.Direct(working.Operate(follow.After(between), 1, question.Family));
        }
        else
        {
            working.Answer = first.Symbol switch
            {
                '+' or '-' when first.Left > 9 || first.Right > 9 => working.Columns(first),
                'x' => working.Split(first),
                _ => working.Direct(first),
            };
            if (question.Family == ArithmeticFamily.OneStep && working._steps.Count > 1) working.Task = Text(first);
        }

        bool possible = working._isPossible && working._slipped == slip.HasValue && working.Answer >= 0;
        return possible && (slip is null || working.Answer != question.Answer) ? working : null;
    }

    private static string Text(Operation o) => string.Create(CultureInfo.InvariantCulture, $"{o.Left} {o.Symbol} {o.Right}");

    private Operation Operate(Operation right, int index, ArithmeticFamily family)
    {
        if (_slip is not { Kind: SlipKind.WrongOperation } slip || slip.Line != index) return right;
        if (family is not (ArithmeticFamily.OneStep or ArithmeticFamily.TwoStep)) return right;
        _slipped = true;
        return right.Symbol is '+' or '/'
            ? new Operation('-', Math.Max(right.Left, right.Right), Math.Min(right.Left, right.Right))
            : new Operation('+', right.Left, right.Right);
    }

    // One step: "47 + 85 = 132".
    private int Direct(Operation operation)
    {
        int value = operation.Result;
        if (_slip is { } slip && slip.Line == _steps.Count)
        {
            value = slip.Kind switch
            {
                SlipKind.OffByOne => Slipped(value + slip.Amount),
                SlipKind.OffByTen when value >= 10 => Slipped(value + slip.Amount),
                SlipKind.TransposedDigits => Transpose(value, slip.Amount),
                SlipKind.ForgottenCarry => WithoutCarry(operation, slip.Amount),
                _ => value,
            };
        }

        _isPossible &= value >= 0;
        _steps.Add(string.Create(CultureInfo.InvariantCulture, $"{Text(operation)} = {value}"));
        return value;
    }

    // "Ones: 7 + 5 = 12", "Tens: 4 + 8 + 1 = 13": a carry, or a borrow, is the third number.
    private int Columns(Operation operation)
    {
        bool adds = operation.Symbol == '+';
        int carry = 0;
        int answer = 0;
        int power = 1;
        for (int column = 0; power <= Math.Max(operation.Left, operation.Right); column++, power *= 10)
        {
            int left = operation.Left / power % 10;
            int right = operation.Right / power % 10;
            Slip? slip = _slip is { } s && s.Line == column ? s : null;
            if (slip is { Kind: SlipKind.ForgottenCarry, Amount: 1 } && carry == 1) carry = Slipped(0);

            // A digit too small to take from gets its ten here, and the next column gives it back.
            if (!adds && left < right + carry) left += 10;
            int value = adds ? left + right + carry : left - right - carry;
            if (slip is { Kind: SlipKind.OffByOne }) value = Slipped(value + slip.Value.Amount);

            // Two digits and a carry never make twenty, nor does a column of a difference keep two digits.
            _isPossible &= value >= 0 && value <= (adds ? 19 : 9);
            string third = carry == 0 ? "" : $" {operation.Symbol} 1";
            _steps.Add(string.Create(
                CultureInfo.InvariantCulture, $"{Places[column]}: {left} {operation.Symbol} {right}{third} = {value}"));
            carry = adds ? value / 10 : left / 10;
            answer += value % 10 * power;
        }

        // A sum may be one digit longer than its numbers; a difference has nothing left to borrow from.
        if (adds) answer += carry * power;
        else _isPossible &= carry == 0;
        return _slip is { Kind: SlipKind.TransposedDigits } transposed && transposed.Line == _steps.Count
            ? Transpose(answer, transposed.Amount)
            : answer;
    }

    // "6 x 70 = 420", "6 x 3 = 18", "420 + 18 = 438".
    private int Split(Operation operation)
    {
        bool splitsLeft = operation.Left > operation.Right;
        int whole = Math.Max(operation.Left, operation.Right);
        List<int> products = [];
        for (int power = 100; power >= 1; power /= 10)
        {
            int part = whole / power % 10 * power;
            if (part == 0) continue;
            products.Add(Direct(splitsLeft ? operation with { Left = part } : operation with { Right = part }));
        }

        int sum = products[0];
        foreach (int product in products.Skip(1)) sum = Direct(new Operation('+', sum, product));
        return sum;
    }

    private int Slipped(int value)
    {
        _slipped = true;
        return value;
    }

    private int Transpose(int value, int power)
    {
        int low = value / power % 10;
        int high = value / (power * 10) % 10;
        int swapped = value + ((low - high) * 10 * power) + ((high - low) * power);

        // A first digit of zero would not be written.
        bool exists = value >= power * 10 && low != high && (low != 0 || value >= power * 100);
        return exists ? Slipped(swapped) : value;
    }

    private int WithoutCarry(Operation operation, int power)
    {
        // Only a carry into a column that is there can be overlooked: nobody makes 44 of 90 + 54.
        int below = power * 10;
        int left = operation.Left % below;
        int right = operation.Right % below;
        bool hasColumn = Math.Max(operation.Left, operation.Right) >= below;
        return operation.Symbol switch
        {
            '+' when hasColumn && left + right >= below => Slipped(operation.Result - below),
            '-' when left < right => Slipped(operation.Result + below),
            _ => operation.Result,
        };
    }
}
