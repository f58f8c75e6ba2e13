using System.Text.Json;

namespace Innate.Environments.Retrieval;

/// <summary>Texts that can be searched.</summary>
internal sealed class Corpus
{
    private readonly IReadOnlyList<string> _texts;
    private readonly Bm25Index _index;

    /// <summary>A corpus of texts.</summary>
    public Corpus(IReadOnlyList<string> texts) => (_texts, _index) = (texts, new Bm25Index(texts));

    /// <summary>Reads lines of <c>{"text": TEXT, "title": TEXT}</c>; the title may be absent and is searched too.</summary>
    /// <exception cref="InputException">A line is something else, or there is none: named by file and line.</exception>
    public static Corpus Read(string file)
    {
        List<string> texts = [];
        foreach (JsonLine line in JsonLines.Read(file))
        {
            string? text = Text(line.Fields, "text"), title = Text(line.Fields, "title");
            if (string.IsNullOrWhiteSpace(text))
            {
                throw new InputException($"{file}, line {line.Line}: expected \"text\", a text, found a line without it.");
            }

            texts.Add(string.IsNullOrWhiteSpace(title) ? text : $"{title}: {text}");
        }

        return texts.Count > 0 ? new Corpus(texts) : throw new InputException($"{file}: expected a text a line, found none.");
    }

    /// <summary>The best texts for a query, best first; fewer, or none, where no more hold any of its words.</summary>
    public string[] Find(string query, int count) => [.. _index.Find(query, count).Select(f => _texts[f.Text])];

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
