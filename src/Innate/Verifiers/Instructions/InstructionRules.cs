using System.Text.Json;
using Innate.Rows;

namespace Innate.Verifiers.Instructions;

/// <summary>Hard constraints of rows: <c>"constraints": [{"kind": ..., ...}, ...]</c>.</summary>
internal static class InstructionRules
{
    private static readonly Dictionary<string, Func<RowFields, InstructionRule>> Kinds = new(StringComparer.Ordinal)
    {
        [ContainsText.Name] = c => new ContainsText(Text(c)),
        [ExcludesText.Name] = c => new ExcludesText(Text(c)),
        [StartsWithText.Name] = c => new StartsWithText(Text(c)),
        [EndsWithText.Name] = c => new EndsWithText(Text(c)),
        [TextCount.Name] = c => new TextCount(Text(c), CountBound.Read(c)),
        [LineCount.Name] = c => new LineCount(CountBound.Read(c)),
        [WordCount.Name] = c => new WordCount(CountBound.Read(c)),
    };

    private static readonly string[] Known = ["kind", "text", "at_least", "at_most", "exactly"];

    /// <summary>The kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Keys];

    /// <summary>A row's constraints.</summary>
    /// <param name="value">The array.</param>
    /// <param name="place">What messages call it.</param>
    /// <exception cref="InputException">What is wrong, with its place.</exception>
    public static IReadOnlyList<InstructionRule> Read(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{place}\" must be an array of constraints, found {RowJson.Describe(value)}");
        }

        return [.. value.EnumerateArray().Select((c, i) => Of(c, $"{place}[{i}]"))];
    }

    /// <summary>Writes constraints as rows have them.</summary>
    public static void Write(Utf8JsonWriter writer, string name, IEnumerable<InstructionRule> rules)
    {
        writer.WriteStartArray(name);
        foreach (InstructionRule rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", rule.Kind);
            rule.Write(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static InstructionRule Of(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"\"{place}\" must be an object, found {RowJson.Describe(value)}");
        }

        try
        {
            RowFields fields = new(value);
            string kind = fields.Text("kind");
            if (!Kinds.TryGetValue(kind, out Func<RowFields, InstructionRule>? make))
            {
                throw new InputException(
                    $"\"kind\": expected {string.Join(", ", Names)}, found '{kind}'{NearestName.Hint(kind, Names)}");
            }

            // What is not read would be a constraint that nobody keeps.
            InstructionRule rule = make(fields);
            return fields.Names.FirstOrDefault(n => !Known.Contains(n)) is { } unknown
                ? throw new InputException(
                    $"expected {string.Join(", ", Known)}, found \"{unknown}\"{NearestName.Hint(unknown, Known)}") : rule;
        }
        catch (InputException e)
        {
            throw new InputException($"\"{place}\": {e.Message}", e);
        }
    }

    private static string Text(RowFields constraint) => constraint.Text("text") is { Length: > 0 } text
        ? text : throw new InputException("\"text\": expected a text, found an empty one");
}
