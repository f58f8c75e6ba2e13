using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Bench.Fuzzing;

/// <summary>
/// Damages JSON as JSON: a value becomes another, goes, is repeated, or moves to another key. Inputs stay well-formed, and so
/// get past the first check.
/// </summary>
internal sealed class JsonMutator(Random random, IReadOnlyList<string> words, IReadOnlyList<string> numbers)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "\"\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"a\":1}", "\"\\u0000\"", "\"\uFFFD\"",
        "\"a b\"",
        "\"\\ud83d\\ude00\"", "[1,\"a\",null]", "\"1\"", "\"null\"", "[[[[[[[[]]]]]]]]", "\"..\"", "\"/etc\"", "\"\\n\"",
    ];

    /// <summary>The input with its JSON damaged; what stands before it stays. Null: it holds no JSON.</summary>
    public byte[]? Damage(byte[] input)
    {
        int start = input.AsSpan().IndexOfAny((byte)'{', (byte)'[');
        if (start < 0) return null;
        try
        {
            JsonNode? root = JsonNode.Parse(input.AsSpan(start));
            if (root is null) return null;
            for (int k = random.Next(1, 4); k > 0; k--) Walk(root);
            return [.. input.AsSpan(0, start), .. JsonSerializer.SerializeToUtf8Bytes(root)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // Damaged already, or with a key given twice.
        }
    }

    private void Walk(JsonNode node)
    {
        while (true)
        {
            if (node is JsonObject members)
            {
                if (members.Count == 0 || random.Next(12) == 0)
                {
                    members[Key()] = Value();
                    return;
                }

                (string key, JsonNode? child) = members.ElementAt(random.Next(members.Count));
                if (child is JsonObject or JsonArray && random.Next(5) > 0)
                {
                    node = child;
                    continue;
                }

                Change(members, key, child);
            }
            else if (node is JsonArray items)
            {
                if (items.Count == 0)
                {
                    items.Add(Value());
                    return;
                }

                int index = random.Next(items.Count);
                if (items[index] is JsonObject or JsonArray && random.Next(5) > 0)
                {
                    node = items[index]!;
                    continue;
                }

                Change(items, index);
            }

            return;
        }
    }

    private void Change(JsonObject members, string key, JsonNode? child)
    {
        switch (random.Next(6))
        {
            case 0: members.Remove(key); break;
            case 1:
                members.Remove(key);
                members[Key()] = child;
                break;
            default: members[key] = Value(); break;
        }
    }

    private void Change(JsonArray items, int index)
    {
        switch (random.Next(6))
        {
            case 0: items.RemoveAt(index); break;
            case 1:
                for (int k = random.Next(1, 20); k > 0; k--) items.Add(items[index]?.DeepClone());
                break;
            default: items[index] = Value(); break;
        }
    }

    private string Key() => words.Count > 0 ? words[random.Next(words.Count)].Trim('"') : "a";

    private JsonNode? Value() => random.Next(3) switch
    {
        0 => JsonNode.Parse(Values[random.Next(Values.Length)]),
        1 when words.Count > 0 => JsonValue.Create(words[random.Next(words.Count)].Trim('"')),
        _ => JsonNode.Parse(numbers[random.Next(numbers.Count)]),
    };
}
