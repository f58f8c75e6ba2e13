using System.Globalization;
using System.Text;
using Innate.Text;

namespace Innate.Judges;

/// <summary>What a judge is shown; fields that its prompt does not name are passed over.</summary>
/// <param name="Question">The conversation as text.</param>
/// <param name="Response">The response, or the one that is shown first.</param>
/// <param name="Other">The one that is shown second; null where there is one alone.</param>
internal sealed record JudgedText(string Question, string Response, string? Other = null)
{
    /// <summary>Of a judge that is shown all responses: what each is called, and its text.</summary>
    public IReadOnlyList<(string Name, string Text)> All { get; init; } = [];
}

/// <summary>
/// How a judge puts its question: a file of sections, each under a line <c>=== name</c>.
/// <c>labels</c>: the verdicts, one a line (two; for grades two or more numbers; none where all responses are shown).
/// <c>user</c>: the message. <c>ask</c>: its last lines. Optional: <c>system</c>; <c>reasoning</c>, in place of <c>ask</c> where
/// the verdict comes after sampled reasoning; <c>start</c>, how what the judge writes begins; <c>verdict</c>, what is put between
/// the reasoning and the label; <c>doubts</c>, ThinkPRM's second thoughts, one a line; <c>principle</c>, the wording of a
/// principle. Placeholders are {question}, {response} (of a pair
/// {response_a} and {response_b}; of all {responses}, each written as <c>item</c> says with {name} and {response}) and
/// {principle}, which goes with its line where there is none; {{ and }} are braces. Before the first section only comments:
/// lines that begin with #.
/// </summary>
public sealed class JudgePrompt
{
    private const string Head = "===";
    private static readonly string[] SectionNames =
        ["labels", "system", "user", "item", "ask", "reasoning", "start", "verdict", "doubts", "principle"];

    private static readonly string[] PrincipleOnly = ["principle"];
    private static readonly string[] OfItem = ["name", "response"];
    private static readonly PromptText NoText = PromptText.Parse("", [], "");

    private readonly Dictionary<string, PromptText> _texts = new(StringComparer.Ordinal);

    private JudgePrompt(JudgeKind kind, string source, IReadOnlyList<string> labels)
    {
        (Kind, Source, Labels) = (kind, source, labels);
        Grades = JudgeTraits.Of(kind).Labels is null ? [.. labels.Select(l => Grade(l)!.Value)] : [];
    }

    /// <summary>Which judge asks it.</summary>
    public JudgeKind Kind { get; }

    /// <summary>What errors call it: the file.</summary>
    public string Source { get; }

    /// <summary>
    /// The verdicts. Verifier: yes, no. Pair: the response shown first, the one shown second. None where all are shown.
    /// </summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The labels' values; empty where they are no grades.</summary>
    public IReadOnlyList<double> Grades { get; }

    /// <summary>What is put between the reasoning and the label.</summary>
    public string Verdict { get; private init; } = "Verdict:";

    /// <summary>How what the judge writes begins; empty: as it likes.</summary>
    internal string Start { get; private init; } = "";

    /// <summary>ThinkPRM's second thoughts: what is put after a chain, one a round.</summary>
    internal IReadOnlyList<string> Doubts { get; private init; } = [];

    /// <summary>Whether there is a place for a principle.</summary>
    public bool TakesPrinciple => _texts.Where(t => t.Key != "principle").Any(t => t.Value.Placeholders.Contains("principle"));

    /// <summary>The names of the prompts that are shipped: general words, and those that innate-tiny learned.</summary>
    public static IReadOnlyList<string> Shipped { get; } = ["default", "arithmetic"];

    /// <summary>The text of a prompt that is shipped, as a start for one's own.</summary>
    /// <param name="kind">The judge.</param>
    /// <param name="name">One of <see cref="Shipped"/>.</param>
    public static string ShippedText(JudgeKind kind, string name) =>
        Resource($"{JudgeNames.Of(JudgeTraits.Of(kind).Prompt)}.{name}");

    /// <summary>The text of a file of the folder Prompts.</summary>
    /// <param name="name">Its name, without .txt.</param>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(JudgePrompt).Assembly.GetManifestResourceStream($"Innate.Judges.Prompts.{name}.txt")
            ?? throw new ArgumentException($"no prompt of this name is shipped: {name}", nameof(name));
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A prompt by its name or file.</summary>
    /// <param name="kind">The judge.</param>
    /// <param name="nameOrFile">One of <see cref="Shipped"/>, or a file's path.</param>
    /// <exception cref="InputException">There is no such file, or it is no prompt of this judge.</exception>
    public static JudgePrompt Load(JudgeKind kind, string nameOrFile)
    {
        if (Shipped.Contains(nameOrFile)) return Parse(ShippedText(kind, nameOrFile), kind, $"the shipped prompt '{nameOrFile}'");
        return File.Exists(nameOrFile) ? Parse(TextOf(nameOrFile), kind, nameOrFile) : throw new InputException(
            $"the judge's prompt: expected {string.Join(", ", Shipped)} or a file, found '{nameOrFile}', which is none"
            + $"{NearestName.Hint(nameOrFile, Shipped)}.");
    }

    /// <summary>A prompt file's text.</summary>
    /// <exception cref="InputException">It is not UTF-8.</exception>
    internal static string TextOf(string file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{file}: expected UTF-8, found bytes that are not.", e);
        }
    }

    /// <summary>Reads a prompt.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="kind">The judge.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InputException">What is wrong, with its section.</exception>
    public static JudgePrompt Parse(string text, JudgeKind kind, string source)
    {
        Dictionary<string, string> sections = Sections(text.ReplaceLineEndings("\n").TrimStart('\uFEFF'), source);
        JudgePrompt prompt = new(kind, source, LabelsOf(kind, sections.GetValueOrDefault("labels"), source))
        {
            Verdict = sections.GetValueOrDefault("verdict") ?? "Verdict:",
            Start = sections.GetValueOrDefault("start") ?? "",
            Doubts = [.. (sections.GetValueOrDefault("doubts") ?? "").Split('\n').Where(l => !string.IsNullOrWhiteSpace(l))],
        };
        JudgedShape shape = JudgeTraits.Of(kind).Shape;
        string[] responses = shape switch
        {
            JudgedShape.Pair => ["response_a", "response_b"],
            JudgedShape.All => ["responses"],
            _ => ["response"],
        };
        string[] allowed = ["question", .. responses, "principle"];
        foreach ((string name, string section) in sections)
        {
            if (name is "labels" or "verdict" or "start" or "doubts") continue;
            prompt._texts[name] = PromptText.Parse(
                section, name switch { "principle" => PrincipleOnly, "item" => OfItem, _ => allowed },
                $"{source}, section '{name}'");
        }

        bool hasItems = shape == JudgedShape.All || kind == JudgeKind.Proxy;
        if (hasItems && !prompt._texts.GetValueOrDefault("item", NoText).Placeholders.Contains("response"))
        {
            throw new InputException($"{source}, section 'item': expected {{response}}, found none: the judge would not see it.");
        }

        if (!prompt._texts.TryGetValue("user", out PromptText? user))
        {
            throw new InputException($"{source}: the section 'user' is missing.");
        }

        foreach (string response in responses.Where(r => !user.Placeholders.Contains(r)))
        {
            throw new InputException(
                $"{source}, section 'user': expected {{{response}}}, found none: the judge would not see it.");
        }

        return prompt;
    }

    /// <summary>The conversation that asks for a verdict.</summary>
    /// <param name="judged">What is judged.</param>
    /// <param name="principle">What to judge by; null: nothing of its own.</param>
    /// <param name="reasons">Whether the model reasons first.</param>
    internal IReadOnlyList<ConversationMessage> Ask(JudgedText judged, string? principle, bool reasons)
    {
        string? worded = principle is null || !_texts.TryGetValue("principle", out PromptText? wording)
            ? principle
            : wording.Fill(_ => principle);
        string system = Fill("system");
        string user = Fill("user"), ask = Fill(reasons && _texts.ContainsKey("reasoning") ? "reasoning" : "ask");
        ConversationMessage message = new("user", ask.Length > 0 ? $"{user}\n{ask}" : user);
        return string.IsNullOrWhiteSpace(system) ? [message] : [new ConversationMessage("system", system), message];

        string Fill(string section) => !_texts.TryGetValue(section, out PromptText? text) ? "" : text.Fill(name => name switch
        {
            "question" => judged.Question,
            "response" or "response_a" => judged.Response,
            "responses" => string.Join("\n\n", judged.All.Select(r =>
                _texts["item"].Fill(part => part == "name" ? r.Name : r.Text))),
            "response_b" => judged.Other,
            _ => worded,
        });
    }

    /// <summary>The conversation that asks for what is put to a reader later: the section <c>reasoning</c> alone.</summary>
    /// <param name="question">What the responses answer.</param>
    /// <param name="principle">What to judge by; null: nothing of its own.</param>
    internal IReadOnlyList<ConversationMessage> AskToWrite(string question, string? principle)
    {
        string? worded = principle is null || !_texts.TryGetValue("principle", out PromptText? wording)
            ? principle
            : wording.Fill(_ => principle);
        string text = _texts.GetValueOrDefault("reasoning", NoText).Fill(name => name == "question" ? question : worded);
        return text.Length > 0 ? [new ConversationMessage("user", text)]
            : throw new InputException($"{Source}: the section 'reasoning' is missing, which asks for proxy questions.");
    }

    /// <summary>An item as the section <c>item</c> writes it.</summary>
    internal string Item(string name, string text) => _texts["item"].Fill(part => part == "name" ? name : text);

    /// <summary>A prompt file's sections, each with its text.</summary>
    /// <param name="text">The file's text, lines ended by "\n".</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="InputException">A section that is unknown or there twice, or text before the first.</exception>
    internal static Dictionary<string, string> Sections(string text, string source)
    {
        Dictionary<string, string> sections = new(StringComparer.Ordinal);
        string? name = null;
        List<string> lines = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.StartsWith(Head, StringComparison.Ordinal))
            {
                Close();
                name = line[Head.Length..].Trim();
                if (!SectionNames.Contains(name))
                {
                    throw Wrong($"expected a section of {string.Join(", ", SectionNames)}, found '{name}'");
                }

                if (sections.ContainsKey(name)) throw Wrong($"expected the section '{name}' once, found it again");
            }
            else if (name is not null)
            {
                lines.Add(line);
            }
            else if (line.Trim() is { Length: > 0 } and not ['#', ..])
            {
                throw Wrong($"expected a comment (#) or a section ({Head} user), found text");
            }
        }

        Close();
        return sections;

        void Close()
        {
            if (name is not null) sections[name] = string.Join('\n', lines).Trim('\n');
            lines.Clear();
        }

        InputException Wrong(string what) =>
            new(string.Create(CultureInfo.InvariantCulture, $"{source}, line {number}: {what}."));
    }

    private static string[] LabelsOf(JudgeKind kind, string? section, string source)
    {
        string[] labels = [.. (section ?? "").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];
        string place = $"{source}, section 'labels'";
        int? wanted = JudgeTraits.Of(kind).Labels;
        bool grades = wanted is null;
        if (grades ? labels.Length < 2 : labels.Length != wanted)
        {
            string expected = wanted switch
            {
                null => "at least two grades, one a line",
                0 => "none",
                3 => "three labels, one a line",
                _ => "two labels, one a line",
            };
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture, $"{place}: expected {expected}, found {labels.Length}."));
        }

        if (labels.Distinct().Count() < labels.Length)
        {
            throw new InputException($"{place}: expected each label once, found one twice.");
        }

        if (grades && labels.FirstOrDefault(l => Grade(l) is null) is { } odd)
        {
            throw new InputException($"{place}: expected numbers, found '{odd}'.");
        }

        return labels;
    }

    private static double? Grade(string label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : null;
}
