using System.Globalization;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>Draws one question: family, shape, numbers, words.</summary>
internal static class QuestionMaker
{
    // What a family's shape is: how its numbers are drawn, and how it is put. A draw that does not work out (a negative
    // number on the way) is drawn again.
    private sealed record Shape(double Weight, string[] Texts, Func<ExampleRandom, Draw> Numbers);

    // The operations, and the numbers that stand for {a}, {b}, {c}.
    private readonly record struct Draw(Operation First, FollowUp? Next, int A, int B, int C = 0);

    private static readonly Shape[] AddSubtract =
    [
        new(1, ArithmeticTexts.Add, r => Single('+', UpToThreeDigits(r), UpToThreeDigits(r))),
        new(1, ArithmeticTexts.Subtract, r => Descending(UpToThreeDigits(r), UpToThreeDigits(r))),
    ];

    private static readonly Shape[] ThreeOperands =
    [
        new(1, ArithmeticTexts.Expression, r => Chain('+', r.Between(2, 60), r.Between(2, 60), '+', r.Between(2, 30))),
        new(1, ArithmeticTexts.Expression, r => Chain('+', r.Between(2, 60), r.Between(2, 60), '-', r.Between(2, 60))),
        new(1, ArithmeticTexts.Expression, r => Chain('-', r.Between(2, 90), r.Between(2, 60), '+', r.Between(2, 60))),
        new(1, ArithmeticTexts.Expression, r => Chain('-', r.Between(2, 99), r.Between(2, 60), '-', r.Between(2, 30))),
        new(1, ArithmeticTexts.Expression, r => Chain('x', r.Between(2, 9), r.Between(2, 12), '+', r.Between(2, 60))),
        new(1, ArithmeticTexts.Expression, r => Chain('x', r.Between(2, 9), r.Between(2, 12), '-', r.Between(2, 60))),
        new(1, ArithmeticTexts.Expression, r => ProductLast(r.Between(2, 60), '+', r.Between(2, 9), r.Between(2, 12))),
        new(1, ArithmeticTexts.Expression, r => ProductLast(r.Between(20, 99), '-', r.Between(2, 9), r.Between(2, 12))),
    ];

    private static readonly Shape[] Products =
    [
        new(3, ArithmeticTexts.Multiply, r => Factors(r, r.Between(2, 9), r.Between(2, 99))),
        new(1, ArithmeticTexts.Multiply, r => Factors(r, r.Between(2, 9), r.Between(100, 199))),
    ];

    private static readonly Shape[] OneStep =
    [
        new(7, ArithmeticTexts.OneStepAdd, r => Single('+', Amount(r), Amount(r))),
        new(7, ArithmeticTexts.OneStepSubtract, r => Descending(Amount(r), Amount(r))),
        new(4, ArithmeticTexts.OneStepMultiply, r => Single('x', r.Between(2, 9), r.Between(2, 40))),
        new(2, ArithmeticTexts.OneStepDivide, r => Quotient(r.Between(2, 9), r.Between(2, 15))),
    ];

    private static readonly Shape[] TwoStep =
    [
        new(2, ArithmeticTexts.AddThenSubtract, r => Chain('+', r.Between(2, 60), r.Between(2, 60), '-', r.Between(2, 60))),
        new(1, ArithmeticTexts.SubtractThenAdd, r => Chain('-', r.Between(2, 90), r.Between(2, 60), '+', r.Between(2, 60))),
        new(1, ArithmeticTexts.SubtractTwice, r => Chain('-', r.Between(2, 99), r.Between(2, 60), '-', r.Between(2, 30))),
        new(1, ArithmeticTexts.MultiplyThenAdd, r => Chain('x', r.Between(2, 9), r.Between(2, 12), '+', r.Between(2, 60))),
        new(1, ArithmeticTexts.MultiplyThenSubtract, r => Chain('x', r.Between(2, 9), r.Between(2, 12), '-', r.Between(2, 60))),
        new(1, ArithmeticTexts.Change, r => Change(r.Between(2, 9), r.Between(2, 12), r.Between(20, 100))),
        new(1, ArithmeticTexts.MoreTogether, r => Together('+', r.Between(2, 60), r.Between(2, 60))),
        new(1, ArithmeticTexts.FewerTogether, r => Together('-', r.Between(4, 99), r.Between(2, 60))),
    ];

    /// <summary>A question.</summary>
    /// <param name="random">Decides it.</param>
    /// <param name="heldOut">Of those that are kept for measuring, or of the others.</param>
    /// <param name="otherWords">
    /// Whether it is put in the next of its shape's wordings, with the same numbers and people; a shape of one wording has no
    /// other.
    /// </param>
    public static ArithmeticQuestion Make(ExampleRandom random, bool heldOut, bool otherWords = false)
    {
        ArithmeticFamily family = (ArithmeticFamily)random.Between(0, 4);
        Shape[] shapes = family switch
        {
            ArithmeticFamily.AddSubtract => AddSubtract,
            ArithmeticFamily.ThreeOperands => ThreeOperands,
            ArithmeticFamily.Products => Products,
            ArithmeticFamily.OneStep => OneStep,
            _ => TwoStep,
        };
        Shape shape = shapes[random.Weighted([.. shapes.Select(s => s.Weight)])];
        bool inWords = family is ArithmeticFamily.OneStep or ArithmeticFamily.TwoStep;
        Draw draw;
        do draw = shape.Numbers(random);
        while (!WorksOut(draw, inWords ? 2 : 0) || ArithmeticQuestion.HeldOut(family, draw.First, draw.Next) != heldOut);
        string text = random.Pick(shape.Texts);
        if (otherWords) text = shape.Texts[(Array.IndexOf(shape.Texts, text) + 1) % shape.Texts.Length];
        return new ArithmeticQuestion(family, Write(text, draw, random), draw.First, draw.Next);
    }

    // People have at least two of everything, also on the way: nobody has "1 apples" or gives away what is not there.
    private static bool WorksOut(Draw draw, int least)
    {
        int first = draw.First.Result;
        return first >= least && (draw.Next is not { } next || next.After(first).Result >= least);
    }

    private static string Write(string template, Draw draw, ExampleRandom random)
    {
        string name = random.Pick(ArithmeticTexts.Names);
        string other;
        do other = random.Pick(ArithmeticTexts.Names);
        while (other == name);
        return template
            .Replace("{e}", Expression(draw, Symbol), StringComparison.Ordinal)
            .Replace("{w}", Expression(draw, Word), StringComparison.Ordinal)
            .Replace("{a}", Text(draw.A), StringComparison.Ordinal)
            .Replace("{b}", Text(draw.B), StringComparison.Ordinal)
            .Replace("{c}", Text(draw.C), StringComparison.Ordinal)
            .Replace("{name}", name, StringComparison.Ordinal)
            .Replace("{other}", other, StringComparison.Ordinal)
            .Replace("{things}", random.Pick(ArithmeticTexts.Things), StringComparison.Ordinal);
    }

    private static string Expression(Draw draw, Func<char, string> operation)
    {
        string first = operation(draw.First.Symbol);
        if (draw.Next is not { } next) return $"{{a}} {first} {{b}}";
        string second = operation(next.Symbol);
        return next.ResultFirst ? $"{{a}} {first} {{b}} {second} {{c}}" : $"{{a}} {second} {{b}} {first} {{c}}";
    }

    private static string Symbol(char operation) => operation.ToString();

    private static string Word(char operation) => operation switch { '+' => "plus", '-' => "minus", _ => "times" };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int UpToThreeDigits(ExampleRandom r) => r.Uniform() switch
    {
        < 0.1 => r.Between(1, 9),
        < 0.5 => r.Between(10, 99),
        _ => r.Between(100, 999),
    };

    private static int Amount(ExampleRandom r) => r.Chance(0.2) ? r.Between(100, 400) : r.Between(2, 99);

    private static Draw Single(char symbol, int a, int b) => new(new Operation(symbol, a, b), null, a, b);

    private static Draw Descending(int a, int b) => Single('-', Math.Max(a, b), Math.Min(a, b));

    private static Draw Factors(ExampleRandom r, int a, int b) => r.Chance(0.5) ? Single('x', a, b) : Single('x', b, a);

    private static Draw Quotient(int divisor, int quotient) => Single('/', divisor * quotient, divisor);

    private static Draw Chain(char first, int a, int b, char second, int c) =>
        new(new Operation(first, a, b), new FollowUp(second, c, ResultFirst: true), a, b, c);

    private static Draw ProductLast(int a, char symbol, int b, int c) =>
        new(new Operation('x', b, c), new FollowUp(symbol, a, ResultFirst: false), a, b, c);

    private static Draw Change(int count, int price, int paid) =>
        new(new Operation('x', count, price), new FollowUp('-', paid, ResultFirst: false), count, price, paid);

    // The second person's number comes first: it is not given.
    private static Draw Together(char symbol, int a, int b) =>
        new(new Operation(symbol, a, b), new FollowUp('+', a, ResultFirst: false), a, b);
}
