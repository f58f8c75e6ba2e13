namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// All words of the arithmetic world. In the questions {a}, {b}, {c} are numbers in the order of reading, {name} and {other}
/// two people, {things} what they have. Nothing is ever one, so every noun is plural.
/// </summary>
internal static class ArithmeticTexts
{
    public static readonly string[] Names =
    [
        "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ivy", "Jack", "Lily", "Max", "Nora", "Oscar",
        "Rosa", "Tom",
    ];

    public static readonly string[] Things =
    [
        "apples", "books", "buttons", "cards", "coins", "eggs", "marbles", "pens", "shells", "stamps", "stickers", "stones",
    ];

    public static readonly string[] Add =
    [
        "What is {a} + {b}?", "Calculate {a} + {b}.", "{a} + {b} = ?", "How much is {a} plus {b}?", "Add {a} and {b}.",
        "What is the sum of {a} and {b}?",
    ];

    public static readonly string[] Subtract =
    [
        "What is {a} - {b}?", "Calculate {a} - {b}.", "{a} - {b} = ?", "How much is {a} minus {b}?", "Subtract {b} from {a}.",
        "Take {b} away from {a}.",
    ];

    public static readonly string[] Multiply =
    [
        "What is {a} x {b}?", "Calculate {a} x {b}.", "{a} x {b} = ?", "How much is {a} times {b}?", "Multiply {a} by {b}.",
        "What is the product of {a} and {b}?", "What is {a} * {b}?",
    ];

    // {e} is the expression in symbols, {w} in words.
    public static readonly string[] Expression =
    [
        "What is {e}?", "Calculate {e}.", "{e} = ?", "How much is {e}?", "Work out {e}.", "What is {w}?",
    ];

    public static readonly string[] OneStepAdd =
    [
        "{name} has {a} {things} and buys {b} more. How many {things} does {name} have now?",
        "{name} has {a} {things} and gets {b} more from {other}. How many {things} does {name} have now?",
        "{name} has {a} {things} and {other} has {b}. How many {things} do they have together?",
        "There are {a} {things} in the box and {b} on the table. How many {things} are there in all?",
    ];

    public static readonly string[] OneStepSubtract =
    [
        "{name} has {a} {things} and gives away {b}. How many {things} are left?",
        "{name} had {a} {things} and lost {b} of them. How many {things} are left?",
        "There were {a} {things} in the box and {name} took {b}. How many {things} are left?",
        "{name} has {a} {things} and {other} has {b}. How many more {things} does {name} have than {other}?",
    ];

    public static readonly string[] OneStepMultiply =
    [
        "There are {a} boxes with {b} {things} each. How many {things} are there in all?",
        "{name} buys {a} bags of {b} {things}. How many {things} does {name} buy?",
        "{name} finds {b} {things} on each of {a} days. How many {things} does {name} find?",
    ];

    public static readonly string[] OneStepDivide =
    [
        "{name} shares {a} {things} equally among {b} friends. How many {things} does each friend get?",
        "{name} packs {a} {things} into boxes of {b}. How many boxes does {name} fill?",
    ];

    public static readonly string[] AddThenSubtract =
    [
        "{name} has {a} {things}, buys {b} more and gives away {c}. How many {things} are left?",
        "{name} has {a} {things} and {other} has {b}. Together they sell {c}. How many {things} are left?",
    ];

    public static readonly string[] SubtractThenAdd =
    [
        "{name} had {a} {things}, sold {b} and then bought {c}. How many {things} does {name} have now?",
    ];

    public static readonly string[] SubtractTwice =
    [
        "{name} had {a} {things}, lost {b} and gave away {c}. How many {things} are left?",
    ];

    public static readonly string[] MultiplyThenAdd =
    [
        "{name} has {a} bags of {b} {things} and {c} more {things}. How many {things} does {name} have in all?",
    ];

    public static readonly string[] MultiplyThenSubtract =
    [
        "{name} has {a} boxes of {b} {things} and gives away {c} {things}. How many {things} are left?",
    ];

    public static readonly string[] Change =
    [
        "{name} buys {a} {things} at {b} dollars each and pays with {c} dollars. How many dollars does {name} get back?",
    ];

    public static readonly string[] MoreTogether =
    [
        "{name} has {a} {things} and {other} has {b} more than {name}. How many {things} do they have together?",
    ];

    public static readonly string[] FewerTogether =
    [
        "{name} has {a} {things} and {other} has {b} fewer than {name}. How many {things} do they have together?",
    ];

    // {n} is the answer.
    public static readonly string[] Concise = ["{n}", "{n}.", "It is {n}."];
}
