using Innate.Generation.Formats;

namespace Innate.Judges;

/// <summary>A question that stands for a part of what a good text says, and its answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">What a good text says.</param>
internal readonly record struct ProxyQuestion(string Question, string Answer);

/// <summary>
/// Proxy questions as they are written: a line with the question, and a line with <c>Answer:</c> and the answer. Free text may
/// have both on one line.
/// </summary>
internal static class ProxyQuestions
{
    /// <summary>How many a set has (ours).</summary>
    public const int Count = 4;

    private const string Mark = "Answer:";

    /// <summary>A set: so many questions and no more.</summary>
    public static TextFormat Format
    {
        get
        {
            TextFormat lines = TextFormats.Text("");
            for (int i = 0; i < Count; i++)
            {
                lines = UntilFormat.Of(("\n", TextFormats.Sequence(TextFormats.Text(Mark + " "), UntilFormat.Of(("\n", lines)))));
            }

            return lines;
        }
    }

    /// <summary>The questions of a text, numbers and bullets before them left out; lines that are none are passed over.</summary>
    public static IReadOnlyList<ProxyQuestion> Read(string text)
    {
        List<ProxyQuestion> questions = [];
        string before = "";
        foreach (string line in text.Split('\n'))
        {
            int mark = line.IndexOf(Mark, StringComparison.Ordinal);
            string said = mark < 0 ? line : line[..mark];
            string question = Unnumbered(said.Any(char.IsLetterOrDigit) ? said.Trim() : before);
            before = mark < 0 ? line.Trim() : "";
            if (mark < 0) continue;
            string answer = line[(mark + Mark.Length)..].Trim();
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
