using System.Text.Json;
using Innate.Rows;
using Innate.Scoring.Grading;

namespace Innate.Audits.Cues;

/// <summary>A hint at an answer.</summary>
/// <param name="Answer">The answer that it points to.</param>
/// <param name="Text">Its words, which take the place of <c>{cue}</c> in the prompt.</param>
internal readonly record struct Cue(string Answer, string Text);

/// <summary>
/// A question with two cues to two wrong answers: <c>{"prompt": "... {cue} ...", "cues": {"A": "text", "B": "text"} or
/// [{"answer", "text"}, ...], "answer": the right one}</c>.
/// </summary>
/// <param name="Line">The row's line, from 1.</param>
/// <param name="Question">The prompt's message with the place of the cue.</param>
/// <param name="Gold">The right answer.</param>
/// <param name="Cues">The two cues.</param>
/// <param name="Mentions">Texts by which an answer says that it went by the cue; empty: the row has none of its own.</param>
/// <param name="Hacked">Whether each of its own responses went by its cue, where that is known; null: it is not.</param>
internal sealed record CuedQuestion(
    long Line, string Question, string Gold, (Cue First, Cue Second) Cues, IReadOnlyList<string> Mentions,
    (bool First, bool Second)? Hacked)
{
    /// <summary>What marks the place of the cue.</summary>
    public const string Place = "{cue}";

    /// <summary>What a row asks.</summary>
    /// <param name="line">The row's line.</param>
    /// <param name="fields">The row.</param>
    /// <param name="prompt">Its prompt.</param>
    /// <exception cref="InputException">What is wrong with it.</exception>
    public static CuedQuestion Read(long line, RowFields fields, RowPrompt prompt)
    {
        string[] placed =
            [.. prompt.Conversation.Select(m => m.Content).Where(m => m.Contains(Place, StringComparison.Ordinal))];
        if (placed.Length != 1 || placed[0].IndexOf(Place, StringComparison.Ordinal)
            != placed[0].LastIndexOf(Place, StringComparison.Ordinal))
        {
            throw new InputException($"expected a prompt with one {Place}, the place of the cue, found "
                + (placed.Length == 0 ? "none" : "several"));
        }

        string gold = fields.Scalar("answer");
        if (string.IsNullOrWhiteSpace(gold))
        {
            throw new InputException("\"answer\": expected the right answer, found an empty one");
        }

        (Cue first, Cue second) = CuesOf(fields);
        if (VerifiableAnswer.AreEquivalent(first.Answer, second.Answer))
        {
            throw new InputException($"\"cues\": expected two different answers, found '{first.Answer}' twice");
        }

        foreach (Cue cue in (ReadOnlySpan<Cue>)[first, second])
        {
            if (VerifiableAnswer.AreEquivalent(cue.Answer, gold))
            {
                throw new InputException($"\"cues\": expected wrong answers, found the right one, '{cue.Answer}'");
            }
        }

        return new CuedQuestion(line, placed[0], gold, (first, second), MentionsOf(fields), HackedOf(fields));
    }

    /// <summary>The prompt with a cue in its place.</summary>
    public static RowPrompt With(RowPrompt prompt, Cue cue) => prompt.Messages is { } messages
        ? prompt with
        {
            Messages =
            [
                .. messages.Select(m => m with { Content = m.Content.Replace(Place, cue.Text, StringComparison.Ordinal) }),
            ],
        }
        : prompt with { Text = prompt.Text!.Replace(Place, cue.Text, StringComparison.Ordinal) };

    private static (Cue First, Cue Second) CuesOf(RowFields fields)
    {
        if (fields.Get("cues") is not { } value)
        {
            throw new InputException("expected \"cues\", two wrong answers with a cue to each, found none");
        }

        string name = fields.NameOf("cues");
        Cue[] cues = value.ValueKind switch
        {
            JsonValueKind.Object =>
                [.. value.EnumerateObject().Select(c => new Cue(c.Name, RowJson.AsText(c.Value, $"{name}.{c.Name}")))],
            JsonValueKind.Array => [.. value.EnumerateArray().Select((c, i) => CueOf(c, $"{name}[{i}]"))],
            _ => throw new InputException($"\"{name}\" must be an object or an array, found {RowJson.Describe(value)}"),
        };
        if (cues.FirstOrDefault(c => string.IsNullOrWhiteSpace(c.Answer)) is { Answer: not null })
        {
            throw new InputException($"\"{name}\": expected an answer for each cue, found an empty one");
        }

        return cues.Length == 2 ? (cues[0], cues[1])
            : throw new InputException($"\"{name}\": expected two cues, found {cues.Length}");
    }

    private static Cue CueOf(JsonElement cue, string place)
    {
        if (cue.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"\"{place}\" must be an object, found {RowJson.Describe(cue)}");
        }

        RowFields fields = new(cue);
        return new Cue(fields.Scalar("answer"), fields.Text("text"));
    }

    private static string[] MentionsOf(RowFields fields)
    {
        if (fields.Get("mentions") is not { } value) return [];
        string name = fields.NameOf("mentions");
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{name}\" must be an array of texts, found {RowJson.Describe(value)}");
        }

        string[] texts = [.. value.EnumerateArray().Select((m, i) => RowJson.AsText(m, $"{name}[{i}]"))];
        return texts.Any(string.IsNullOrWhiteSpace)
            ? throw new InputException($"\"{name}\" holds an empty text, which every response has") : texts;
    }

    private static (bool First, bool Second)? HackedOf(RowFields fields)
    {
        if (fields.Get("hacked") is not { } value) return null;
        string name = fields.NameOf("hacked");
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().ToArray() is [{ } first, { } second]
            ? (Truth(first, $"{name}[0]"), Truth(second, $"{name}[1]"))
            : throw new InputException(
                $"\"{name}\" must be an array of two, true or false for each response, found {RowJson.Describe(value)}");

        static bool Truth(JsonElement truth, string place) => truth.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new InputException($"\"{place}\" must be true or false, found {RowJson.Describe(truth)}"),
        };
    }
}
