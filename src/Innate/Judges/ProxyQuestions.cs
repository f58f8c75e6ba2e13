using Innate.Generation.Formats;

namespace Innate.Judges;

/// <summary>A question that stands for a part of what a good text says, and its answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">What a good text says.</param>
internal readonly record struct ProxyQuestion(string Question, string Answer);

/// <summary>Proxy questions as they are written: one a line, the question, <c>Answer:</c> and the answer.</summary>
internal static class ProxyQuestions
{
    /// <summary>How many a set has (ours).</summary>
    public const int Count = 4;

    private const string Mark = " Answer: ";

    /// <summary>A set: so many lines and no more.</summary>
    public static TextFormat Format
    {
        get
        {
            TextFormat lines = TextFormats.Text("");
            for (int i = 0; i < Count; i++) lines = UntilFormat.Of((Mark, UntilFormat.Of(("\n", lines))));
            return lines;
        }
    }

    /// <summary>The questions of a text, numbers and bullets before them left out; lines that are none are passed over.</summary>
    public static IReadOnlyList<ProxyQuestion> Read(string text)
    {
        List<ProxyQuestion> questions = [];
        foreach (string line in text.Split('\n'))
        {
            int mark = line.IndexOf(Mark.TrimEnd(), StringComparison.Ordinal);
            if (mark < 0) continue;
            string question = Unnumbered(line[..mark].Trim());
            string answer = line[(mark + Mark.TrimEnd().Length)..].Trim();
            if (question.Any(char.IsLetterOrDigit) && answer.Any(char.IsLetterOrDigit) && questions.Count < Count)
            {
                questions.Add(new ProxyQuestion(question, answer));
            }
        }

        return questions;
    }

    // "3. What ...", "- What ...": a number without a mark after it is the question's own.
    private static string Unnumbered(string line)
    {
        int digits = 0;
        while (digits < line.Length && char.IsAsciiDigit(line[digits])) digits++;
        if (digits > 0 && digits < line.Length && line[digits] is ('.' or ')')) return line[(digits + 1)..].Trim();
        return line is ['-' or '*', ' ', ..] ? line[2..].Trim() : line;
    }
}
