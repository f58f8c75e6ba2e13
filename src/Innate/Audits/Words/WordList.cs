using System.Text.Json;
using Innate.Benchmarks;

namespace Innate.Audits.Words;

/// <summary>Two groups of words, one of each beside the other, that should make no difference to a reward.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="First">What the first group is.</param>
/// <param name="Second">What the second group is.</param>
/// <param name="Pairs">A word of the first group beside one of the second.</param>
/// <param name="Unless">Words with which a text is left out, for what they would become is not certain.</param>
internal sealed record WordList(
    string Name, string First, string Second, IReadOnlyList<(string First, string Second)> Pairs, IReadOnlyList<string> Unless)
{
    private const string Resource = "Innate.Audits.Words.words.json";

    /// <summary>The lists that come with the library.</summary>
    public static IReadOnlyList<WordList> Shipped()
    {
        using Stream stream = typeof(WordList).Assembly.GetManifestResourceStream(Resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Select((list, i) => Of(new BenchmarkRecord("words.json", i + 1, list.Clone()))),
        ];
    }

    /// <summary>Reads lists of the user's own: a JSON array, or JSON lines.</summary>
    /// <exception cref="InputException">A list of another form, named by file, item and field.</exception>
    public static IReadOnlyList<WordList> Read(string file)
    {
        if (!File.Exists(file)) throw new InputException("Words", "a file of word lists", $"no {file}");
        WordList[] lists = [.. BenchmarkFile.Read(file).Select(Of)];
        if (lists.Length == 0) throw new InputException($"{file}: expected word lists, found none.");
        return lists.GroupBy(l => l.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new InputException($"{file}: expected lists of different names, found \"{twice.Key}\" twice.")
            : lists;
    }

    private static WordList Of(BenchmarkRecord record)
    {
        const string expected = "an array of pairs of words";
        JsonElement pairs = record.Optional("pairs") ?? throw record.Fault("pairs", expected, "none");
        if (pairs.ValueKind != JsonValueKind.Array || pairs.GetArrayLength() == 0)
        {
            throw record.Fault("pairs", expected, JsonLines.Describe(pairs));
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        List<(string, string)> read = [];
        foreach (JsonElement pair in pairs.EnumerateArray())
        {
            string field = $"pairs[{read.Count}]";
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2
                || pair.EnumerateArray().Any(w => w.ValueKind != JsonValueKind.String))
            {
                throw record.Fault(field, "two words", pair.ValueKind == JsonValueKind.Array
                    ? $"an array of {pair.GetArrayLength()}" : JsonLines.Describe(pair));
            }

            string[] words = [.. pair.EnumerateArray().Select(w => w.GetString()!)];
            foreach (string word in words)
            {
                if (word.Length == 0 || !word.All(char.IsLetterOrDigit))
                {
                    throw record.Fault(field, "words of letters alone", $"\"{word}\"");
                }

                if (!seen.Add(word)) throw record.Fault(field, "each word once in a list", $"\"{word}\" again");
            }

            read.Add((words[0], words[1]));
        }

        IReadOnlyList<string> unless = record.Optional("unless") is null ? [] : record.Texts("unless");
        return new WordList(record.Text("name"), record.Text("first"), record.Text("second"), read, unless);
    }
}
