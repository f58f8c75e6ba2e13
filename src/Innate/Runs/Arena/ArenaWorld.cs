using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Innate.Benchmarks.Arithmetic;
using Innate.Generation;
using Innate.Recipes;
using Innate.Text;

namespace Innate.Runs.Arena;

/// <summary>A question of the arena, and what is right.</summary>
/// <param name="Messages">What is asked.</param>
/// <param name="IsRight">Whether a text is a right answer.</param>
/// <param name="Answer">The final answer.</param>
internal sealed record ArenaQuestion(IReadOnlyList<ConversationMessage> Messages, Func<string, bool> IsRight, string Answer);

/// <summary>A set of questions of one kind.</summary>
/// <param name="Name">As in the metrics: accuracy_NAME; empty: the held-out questions themselves.</param>
/// <param name="Questions">In order.</param>
internal sealed record ArenaSet(string Name, IReadOnlyList<ArenaQuestion> Questions);

/// <summary>
/// The arithmetic world of the arena. It is learned from sums, products and word problems, and measured on others of these, on
/// sums of one digit more, and on two families that nobody is trained on: sums of a list, and answers in a form that a rule
/// checks.
/// </summary>
internal static partial class ArenaWorld
{
    /// <summary>Its name.</summary>
    public const string Name = "arithmetic";

    /// <summary>What it can give: a recipe that needs more learns something else than to answer.</summary>
    public const RecipeNeeds Gives = RecipeNeeds.Answers | RecipeNeeds.Hints | RecipeNeeds.Rephrasings
        | RecipeNeeds.Demonstrations | RecipeNeeds.SecondModel | RecipeNeeds.Critic | RecipeNeeds.HeldOut
        | RecipeNeeds.Documents | RecipeNeeds.Constraints;

    private const int LearnStream = 11, ListStream = 13, ShiftedStream = 14;

    private const string Bullets = "Write out each step as a bullet point.";

    /// <summary>
    /// Writes the rows that a recipe learns from: prompts, and of labels exactly those that it says it needs. The world has
    /// nothing else to give.
    /// </summary>
    /// <param name="file">The rows.</param>
    /// <param name="needs">What the recipe says it needs.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides them.</param>
    public static void WriteRows(string file, RecipeNeeds needs, int count, ulong seed)
    {
        ArithmeticGenerator generator = new(RandomBits.Key(seed, LearnStream));
        (RecipeNeeds Need, string Field)[] labels =
        [
            (RecipeNeeds.Hints, "hint"), (RecipeNeeds.Rephrasings, "rephrased"),
            (RecipeNeeds.Demonstrations, "demonstration"), (RecipeNeeds.Documents, "documents"),
            (RecipeNeeds.Constraints, "constraints"),
        ];

        // Only what is needed is asked for: a field that the world learns to give later cannot slip in.
        string[] fields = [.. labels.Where(l => needs.HasFlag(l.Need)).Select(l => l.Field)];
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(i =>
        {
            JsonObject row = JsonNode.Parse(
                ArithmeticLines.Of(generator, i, heldOut: false, asked: null, fields))!.AsObject();
            row.Remove("family");
            if (!needs.HasFlag(RecipeNeeds.Answers)) row.Remove("answer");
            return row.ToJsonString();
        }));
    }

    /// <summary>The sets that are measured: the same for all recipes and seeds.</summary>
    /// <param name="questions">Questions of the first; the others have a half of it.</param>
    public static IReadOnlyList<ArenaSet> Sets(int questions)
    {
        ArithmeticGenerator generator = new(RandomBits.Key(0, LearnStream));
        int half = Math.Max(1, questions / 2);
        return
        [
            new("", [.. Enumerable.Range(0, questions).Select(i => Numeric(generator.Question(i, heldOut: true)))]),
            new("shifted", [.. Enumerable.Range(0, half).Select(Shifted)]),
            new("list", [.. Enumerable.Range(0, half).Select(List)]),
            new("format", [.. Enumerable.Range(questions, half).Select(i => Formed(generator.Question(i, heldOut: true)))]),
        ];
    }

    /// <summary>The number that a text ends with, as it is compared; null: it has none.</summary>
    public static string? AnswerOf(string text) =>
        AnswerReading.FinalAnswer(text)?.ToString(CultureInfo.InvariantCulture);

    private static ArenaQuestion Numeric(ArithmeticQuestion question) => Asked(question.Text, question.Answer);

    private static ArenaQuestion Asked(string text, int answer)
    {
        string right = answer.ToString(CultureInfo.InvariantCulture);
        return new ArenaQuestion([new("user", text)], response => AnswerOf(response) == right, right);
    }

    // One digit more than anything that is learned from.
    private static ArenaQuestion Shifted(int index)
    {
        ExampleRandom random = new(0, ShiftedStream, index);
        int a = random.Between(1000, 9999), b = random.Between(1000, 9999);
        return random.Chance(0.5)
            ? Asked(FormattableString.Invariant($"What is {a} + {b}?"), a + b)
            : Asked(FormattableString.Invariant($"What is {Math.Max(a, b)} - {Math.Min(a, b)}?"), Math.Abs(a - b));
    }

    private static ArenaQuestion List(int index)
    {
        ExampleRandom random = new(0, ListStream, index);
        int[] numbers = [.. Enumerable.Range(0, random.Between(3, 4)).Select(_ => random.Between(2, 30))];
        string list = string.Join(", ", numbers.SkipLast(1)) + FormattableString.Invariant($" and {numbers[^1]}");
        return Asked($"What is the sum of {list}?", numbers.Sum());
    }

    // Every line but the last is a bullet, and the answer is right: form and number are checked by rules.
    private static ArenaQuestion Formed(ArithmeticQuestion question)
    {
        string right = question.Answer.ToString(CultureInfo.InvariantCulture);
        return new ArenaQuestion(
            [new("system", Bullets), new("user", question.Text)],
            response => Form().IsMatch(response.Trim()) && AnswerOf(response) == right, right);
    }

    [GeneratedRegex(@"\A(- [^\n]+\n)+\n?\*\*Answer:\*\* -?[0-9]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
