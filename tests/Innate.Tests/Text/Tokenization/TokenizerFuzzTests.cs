using System.Text;
using System.Text.Json.Nodes;
using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>Damaged files are refused with an InputException, or read; nothing else, and in good time.</summary>
public sealed class TokenizerFuzzTests
{
    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e99", "2147483648", "\"\"", "\"\\ud800\"", "\"Sequence\"", "[]", "{}", "[null]", "[[[]]]",
        "{\"type\":\"Sequence\"}", "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(\"},\"content\":\"\"}", "\"a b c\"", "0.5",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_bytes(int seed)
    {
        var random = new Random(seed);
        byte[][] originals = [TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()), TinyTokenizer.Bytes(TinyTokenizer.Fallback())];
        for (int i = 0; i < 1500; i++)
        {
            byte[] json = [.. originals[i % 2]];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                int at = random.Next(json.Length);
                switch (random.Next(4))
                {
                    case 0: json[at] = (byte)random.Next(256); break;
                    case 1: json[at] = (byte)"\"{}[],:\\0"[random.Next(9)]; break;
                    case 2: json = json[..at]; break;
                    default: json = [.. json[..at], .. json[random.Next(json.Length)..]]; break;
                }

                if (json.Length == 0) break;
            }

            TryAll(json, json[..Math.Min(json.Length, 40)]);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Damaged_structure(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 600; i++)
        {
            JsonObject json = i % 2 == 0 ? TinyTokenizer.ByteLevel() : TinyTokenizer.Fallback();
            for (int k = random.Next(1, 3); k > 0; k--) Damage(json, random);
            TryAll(TinyTokenizer.Bytes(json), Encoding.UTF8.GetBytes($"{{\"bos_token\":{Values[random.Next(Values.Length)]}}}"));
        }
    }

    private static void Damage(JsonNode node, Random random)
    {
        while (true)
        {
            if (node is JsonObject { Count: > 0 } members)
            {
                string key = members.ElementAt(random.Next(members.Count)).Key;
                if (members[key] is JsonObject or JsonArray && random.Next(4) > 0)
                {
                    node = members[key]!;
                    continue;
                }

                if (random.Next(3) == 0) members.Remove(key);
                else members[key] = RandomValue(random);
            }
            else if (node is JsonArray { Count: > 0 } items)
            {
                int index = random.Next(items.Count);
                if (items[index] is JsonObject or JsonArray && random.Next(4) > 0)
                {
                    node = items[index]!;
                    continue;
                }

                if (random.Next(3) == 0) items.RemoveAt(index);
                else items[index] = RandomValue(random);
            }

            return;
        }
    }

    private static JsonNode? RandomValue(Random random) =>
        JsonNode.Parse(Values[random.Next(Values.Length)].Replace("\\ud800", "x", StringComparison.Ordinal));

    private static void TryAll(byte[] json, byte[] config)
    {
        try
        {
            Tokenizer tokenizer = Tokenizer.FromJson(json, config);
            int[] ids = tokenizer.Encode("<s> the 'aaaa 😀é\u0301 ▁x</s>\n", addSpecialTokens: true);
            tokenizer.Decode(ids);
            tokenizer.TokenTexts(ids);
        }
        catch (InputException)
        {
            // the one way to refuse
        }
    }
}
