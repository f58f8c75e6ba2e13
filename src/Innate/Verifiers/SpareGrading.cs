using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Verifiers;

/// <summary>
/// Reads a SPARE teacher's list out of its reply, leniently (arXiv 2506.15498): a JSON list with an object a step,
/// <code>[{"student_step": 1, "reference_step": [1], "explanation": "...", "label": "CORRECT"}, ...]</code>
/// with words around it, cut off, or with an object that cannot be read: whole objects count, what is none is passed over.
/// </summary>
internal static class SpareGrading
{
    /// <summary>The grades that can be read, in order; none where there is no list.</summary>
    /// <param name="reply">The teacher's reply.</param>
    public static IReadOnlyList<StepGrade> Read(string reply)
    {
        List<StepGrade> grades = [];
        for (int at = reply.IndexOf('['); at >= 0 && at < reply.Length; at++)
        {
            if (reply[at] != '{') continue;
            int end = EndOfObject(reply, at);
            if (end < 0) break;
            if (Grade(reply[at..end]) is { } grade) grades.Add(grade);
            at = end - 1;
        }

        return grades;
    }

    // Behind the brace that closes the one at the start; -1 where none does. Braces in strings do not count.
    private static int EndOfObject(string text, int start)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c == '\\') i++;
                else if (c == '"') quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == '{')
            {
                depth++;
            }
            else if (c == '}' && --depth == 0)
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static StepGrade? Grade(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject fields || fields["student_step"] is not JsonValue number) return null;
            if (!number.TryGetValue(out int step)) return null;
            return new StepGrade(step, fields["label"] is JsonValue label && label.TryGetValue(out string? word) ? word : null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
