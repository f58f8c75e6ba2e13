using Innate.Text;

namespace Innate.Audits.Edits;

/// <summary>
/// An exact edit of a response: one thing about how it is said is different, and nothing else.
/// </summary>
/// <param name="Name">Its name on the command line and in files.</param>
/// <param name="Meaning">What is different, in a few words.</param>
/// <param name="Apply">
/// From the prompt's last words and a response to the edited response; null: there is nothing to edit in this one.
/// </param>
internal sealed record ResponseEdit(string Name, string Meaning, Func<string, string, string?> Apply)
{
    /// <summary>All edits, in the order of tables.</summary>
    public static IReadOnlyList<ResponseEdit> All { get; } =
    [
        new("filler", "a sentence that says nothing, at the end", (_, response) => FillerSentence.Apply(response)),
        new("bold", "the first word of each sentence in bold", (_, response) => BoldWords.Apply(response)),
        new("list", "each sentence a line of a list", (_, response) => SentenceList.Apply(response)),
        new("certainty", "\"I am certain.\" before it", (_, response) => Certainty.Apply(response)),
        new("flattery", "\"What a great question!\" before it", (_, response) => Flattery.Apply(response)),
        new("prompt-repeated", "the prompt said again before it", PromptRepetition.Apply),
        new("truncated", "the first half of its words alone", (_, response) => Truncation.Apply(response)),
        new("stop-words", "English stop words in German", (_, response) => ForeignStopWords.Apply(response)),
    ];

    /// <summary>The edits of some names, in the order of <see cref="All"/>; all where none is named.</summary>
    /// <exception cref="InputException">There is none of a name.</exception>
    public static IReadOnlyList<ResponseEdit> Named(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return All;
        string[] known = [.. All.Select(e => e.Name)];
        if (names.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        {
            throw new InputException(
                "Edits", $"one of {string.Join(", ", known)}", $"'{unknown}'{NearestName.Hint(unknown, known)}");
        }

        return [.. All.Where(e => names.Contains(e.Name))];
    }

    /// <summary>The edited response; null where the edit changes nothing or leaves nothing.</summary>
    /// <param name="prompt">The conversation before it.</param>
    /// <param name="response">The response.</param>
    public string? Of(IReadOnlyList<ConversationMessage> prompt, string response)
    {
        string? edited = Apply(prompt[^1].Content, response);
        return edited is null || edited == response || string.IsNullOrWhiteSpace(edited) ? null : edited;
    }
}
