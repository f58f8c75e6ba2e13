using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Innate.Scoring.Grading;
using Innate.Scoring.Rules;

namespace Innate.Scoring.Expressions;

/// <summary>
/// Small exact rules: 1 where a response keeps all of them, else 0. Null: the rule was not named.
/// </summary>
internal sealed record CheckRules
{
    /// <summary>The rules' names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "numeric", "boxed", "one_line", "max_tokens", "max_words", "max_characters", "sentences", "tags", "pattern", "format",
    ];

    private const string Closing = "\"')]”’»」";

    /// <summary>Its final answer is a number or made of numbers, as the grader reads it.</summary>
    public bool Numeric { get; init; }

    /// <summary>It has an answer in a box.</summary>
    public bool Boxed { get; init; }

    /// <summary>Without the white space around it, it has no line break.</summary>
    public bool OneLine { get; init; }

    /// <summary>At most so many tokens.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>At most so many words: runs of what is not white space.</summary>
    public int? MaxWords { get; init; }

    /// <summary>At most so many characters (UTF-16).</summary>
    public int? MaxCharacters { get; init; }

    /// <summary>Exactly so many sentences.</summary>
    public int? Sentences { get; init; }

    /// <summary>Tags that open and close once each, in this order.</summary>
    public string? Tags { get; init; }

    /// <summary>A regular expression that matches somewhere.</summary>
    public string? Pattern { get; init; }

    /// <summary>Whether one of the rules was named.</summary>
    public bool IsEmpty => this == new CheckRules();

    /// <summary>The rules with one more.</summary>
    /// <param name="name">The rule.</param>
    /// <param name="value">Its value; null: it stands alone.</param>
    /// <param name="fault">Is told what is expected and what was found; the rules then stay as they are.</param>
    public CheckRules With(string name, string? value, Action<string, string> fault)
    {
        switch (name, value)
        {
            case ("numeric", null): return this with { Numeric = true };
            case ("boxed", null): return this with { Boxed = true };
            case ("one_line", null): return this with { OneLine = true };
            case ("max_tokens", not null): return Whole(1) is { } a ? this with { MaxTokens = a } : this;
            case ("max_words", not null): return Whole(0) is { } b ? this with { MaxWords = b } : this;
            case ("max_characters", not null): return Whole(0) is { } c ? this with { MaxCharacters = c } : this;
            case ("sentences", not null): return Whole(0) is { } d ? this with { Sentences = d } : this;
            case ("tags", { } tags): return LeafOptionReader.IsTags(tags, fault) ? this with { Tags = tags } : this;
            case ("pattern", { } text): return LeafOptionReader.IsPattern(text, fault) ? this with { Pattern = text } : this;
            default:
                fault(
                    "a rule: numeric, boxed, one_line, max_tokens=N, max_words=N, max_characters=N, sentences=N, tags=A+B or "
                    + "pattern=REGEX",
                    $"'{(value is null ? name : $"{name}={value}")}'{NearestName.Hint(name, Names)}");
                return this;
        }

        int? Whole(int low)
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= low) return n;
            fault(string.Create(CultureInfo.InvariantCulture, $"{name} to be a whole number of at least {low}"), $"'{value}'");
            return null;
        }
    }

    /// <summary>The rules that were named, in one order.</summary>
    public IEnumerable<(string Name, string? Value)> Given()
    {
        if (Numeric) yield return ("numeric", null);
        if (Boxed) yield return ("boxed", null);
        if (OneLine) yield return ("one_line", null);
        if (MaxTokens is { } tokens) yield return ("max_tokens", ExpressionText.Of(tokens));
        if (MaxWords is { } words) yield return ("max_words", ExpressionText.Of(words));
        if (MaxCharacters is { } characters) yield return ("max_characters", ExpressionText.Of(characters));
        if (Sentences is { } sentences) yield return ("sentences", ExpressionText.Of(sentences));
        if (Tags is { } tags) yield return ("tags", tags);
        if (Pattern is { } pattern) yield return ("pattern", pattern);
    }

    /// <summary>
    /// 1 where a response keeps all rules, 0 where it breaks one; null: the pattern came to no verdict in time.
    /// </summary>
    /// <param name="text">The response.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="pattern">The pattern, read once for many responses; null: there is none.</param>
    public double? Of(string text, int tokens, Regex? pattern)
    {
        bool kept = (!Numeric || IsNumeric(text))
            && (!Boxed || VerifiableAnswer.Extract(text, boxOnly: true) is not null)
            && (!OneLine || !text.AsSpan().Trim().ContainsAny('\n', '\r'))
            && (MaxTokens is not { } mostTokens || tokens <= mostTokens)
            && (MaxWords is not { } mostWords || CountWords(text) <= mostWords)
            && (MaxCharacters is not { } most || text.Length <= most)
            && (Sentences is not { } sentences || CountSentences(text) == sentences)
            && (Tags is not { } tags || FormatReward.Tags(text, tags.Split('+')) == 1);
        return !kept ? 0 : pattern is null ? 1 : FormatReward.Matches(text, pattern);
    }

    /// <summary>Runs of what is not white space.</summary>
    public static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>
    /// Runs of text that end with one of . ! ? … and white space or nothing after it, closing quotes and brackets passed over,
    /// or with one of 。！？; text that ends without one is a sentence too. 3.5 is no end, and neither is a line's.
    /// </summary>
    public static int CountSentences(string text)
    {
        int count = 0;
        bool open = false;
        for (int i = 0; i < text.Length; i++)
        {
            open |= char.IsLetterOrDigit(text[i]);
            if (!IsEnd(text[i])) continue;
            int next = i + 1;
            while (next < text.Length && (IsEnd(text[next]) || Closing.Contains(text[next]))) next++;
            bool isFullWidth = text[i] is '。' or '！' or '？';
            if (open && (next == text.Length || char.IsWhiteSpace(text[next]) || isFullWidth))
            {
                count++;
                open = false;
            }

            i = next - 1;
        }

        return open ? count + 1 : count;
    }

    private static bool IsEnd(char c) => c is '.' or '!' or '?' or '…' or '。' or '！' or '？';

    private static bool IsNumeric(string text) =>
        VerifiableAnswer.Extract(text) is { } answer && answer.Text.Any(char.IsDigit) && AnswerForm.Of(answer.Text).IsValue;
}
