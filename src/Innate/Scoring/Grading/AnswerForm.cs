using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>
/// What an answer says, without how it is written: two answers are equal where their keys are. A key starts with what it is:
/// <c>=1/2</c> a value, <c>{...}</c> a set of keys in order, <c>(...]</c> a tuple or an interval, <c>m</c> a matrix, <c>u</c> a
/// union, <c>q</c> an equation, <c>r</c> a ratio, <c>~</c> a text.
/// </summary>
/// <param name="Key">Equal for equal answers.</param>
/// <param name="BareKey">Where the answer is a percentage: its key without the percent sign; else null.</param>
/// <param name="Unit">Its unit or currency, in one spelling; empty where it has none that is known.</param>
/// <param name="Name">The variable that it is said to be the value of; empty where none is named.</param>
/// <param name="Text">The answer's text, spacing aside.</param>
internal sealed record AnswerForm(string Key, string? BareKey, string Unit, string Name, string Text)
{
    // Longer answers are compared as they are written: no text can make this slow.
    private const int MaxLength = 4000;

    /// <summary>Whether it is a value, or made of values; else it is compared as text.</summary>
    public bool IsValue => Key[0] != '~';

    /// <summary>Whether it says nothing at all.</summary>
    public bool IsEmpty => Text.Length == 0;

    public static AnswerForm Of(string text)
    {
        if (text.Length > MaxLength) return new AnswerForm("~" + text, null, "", "", text);
        List<MathToken> tokens = MathLexer.Read(text);
        MathToken[] all = [.. AnswerTokens.Trimmed([.. tokens])];
        string key = AnswerTokens.TextKey(all);
        AnswerReader reader = new(new WorkBudget());
        if (reader.Read(all, 0) is not { } value) return new AnswerForm("~" + key, null, "", "", key);
        return new AnswerForm(value.Key, value.BareKey, value.Unit, value.Name, key);
    }

    /// <summary>
    /// Whether an answer is the known one. Where one of the two alone has a percent sign its bare number counts too, as in the
    /// benchmarks' own graders: "50%" answers both 0.5 and 50. Two units or two variables that differ are two answers.
    /// </summary>
    public static bool Answers(AnswerForm answer, AnswerForm known)
    {
        if (answer.IsEmpty || known.IsEmpty) return false;
        if (answer.Text == known.Text) return true;
        if (Differ(answer.Unit, known.Unit)
            || (IsVariable(answer.Name) && IsVariable(known.Name) && answer.Name != known.Name)) return false;
        return answer.Key == known.Key
            || (answer.BareKey is not null && known.BareKey is null && answer.BareKey == known.Key)
            || (known.BareKey is not null && answer.BareKey is null && known.BareKey == answer.Key);
    }

    // A word is a heading (Total = 5), a letter is a variable.
    private static bool IsVariable(string name) => name.Length == 1 || name.Contains('_', StringComparison.Ordinal);

    private static bool Differ(string a, string b) => a.Length > 0 && b.Length > 0 && a != b;
}

/// <summary>An answer that was read as more than text.</summary>
/// <param name="Key">As in <see cref="AnswerForm"/>, and so are the others.</param>
/// <param name="BareKey">A percentage's key without its sign; else null.</param>
/// <param name="Unit">The unit or currency; empty: none that is known.</param>
/// <param name="Name">The variable; empty: none.</param>
internal sealed record AnswerValue(string Key, string? BareKey = null, string Unit = "", string Name = "");
