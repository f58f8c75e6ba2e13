using Innate.Text;

namespace Innate.Judges;

/// <summary>
/// How SPARE's teacher is asked (arXiv 2506.15498): a file of sections as those of <see cref="JudgePrompt"/>, <c>user</c>, and
/// perhaps <c>system</c> and <c>reasoning</c>, with the placeholders {question}, {reference} and {response}. The words are ours.
/// </summary>
internal sealed class SparePrompt
{
    private static readonly string[] Names = ["system", "user", "reasoning"];
    private static readonly string[] Placeholders = ["question", "reference", "response"];

    private readonly Dictionary<string, PromptText> _texts;

    private SparePrompt(Dictionary<string, PromptText> texts, string source) => (_texts, Source) = (texts, source);

    /// <summary>What errors call it.</summary>
    public string Source { get; }

    /// <summary>The shipped prompt, or a file's.</summary>
    /// <param name="file">The file; null: the shipped one.</param>
    /// <exception cref="InputException">There is no such file, or it shows the teacher less than it has to see.</exception>
    public static SparePrompt Load(string? file = null)
    {
        if (file is not null && !File.Exists(file))
        {
            throw new InputException($"the teacher's prompt: expected a file, found '{file}', which is none.");
        }

        string source = file ?? "the shipped prompt 'spare'";
        string text = file is null ? JudgePrompt.Resource("spare.default") : JudgePrompt.TextOf(file);
        Dictionary<string, string> sections = JudgePrompt.Sections(text.ReplaceLineEndings("\n").TrimStart('\uFEFF'), source);
        if (sections.Keys.FirstOrDefault(k => !Names.Contains(k)) is { } other)
        {
            throw new InputException($"{source}: expected the sections {string.Join(", ", Names)}, found '{other}'.");
        }

        Dictionary<string, PromptText> texts = sections.ToDictionary(
            s => s.Key, s => PromptText.Parse(s.Value, Placeholders, $"{source}, section '{s.Key}'"), StringComparer.Ordinal);
        if (!texts.TryGetValue("user", out PromptText? user))
        {
            throw new InputException($"{source}: the section 'user' is missing.");
        }

        foreach (string shown in Placeholders.Where(p => !user.Placeholders.Contains(p)))
        {
            throw new InputException(
                $"{source}, section 'user': expected {{{shown}}}, found none: the teacher would not see it.");
        }

        return new SparePrompt(texts, source);
    }

    /// <summary>The conversation that asks for grades.</summary>
    /// <param name="question">The conversation as text.</param>
    /// <param name="reference">The steps of a right solution.</param>
    /// <param name="solution">The steps to be graded.</param>
    public IReadOnlyList<ConversationMessage> Ask(
        string question, IReadOnlyList<string> reference, IReadOnlyList<string> solution)
    {
        string system = Fill("system"), user = Fill("user"), last = Fill("reasoning");
        ConversationMessage message = new("user", last.Length > 0 ? $"{user}\n{last}" : user);
        return string.IsNullOrWhiteSpace(system) ? [message] : [new ConversationMessage("system", system), message];

        string Fill(string section) => !_texts.TryGetValue(section, out PromptText? text) ? "" : text.Fill(name => name switch
        {
            "question" => question,
            "reference" => Numbered(reference),
            _ => Numbered(solution),
        });
    }

    private static string Numbered(IReadOnlyList<string> steps) =>
        string.Join('\n', steps.Select((step, i) => $"{i + 1}. {step.Trim().ReplaceLineEndings(" ")}"));
}
