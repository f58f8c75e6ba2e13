using Innate.Text.ToolCalls;

namespace Innate.Environments.Agents;

/// <summary>A message as worlds with tools take it, whatever the form in which its model writes calls. Pure.</summary>
internal static class ToolActionText
{
    /// <summary>The message in Hermes' form; what cannot be read is handed on as a call that cannot be read.</summary>
    /// <param name="said">What the model wrote in its turn.</param>
    /// <param name="form">Its form.</param>
    public static string Of(string said, ToolCallForm form)
    {
        if (form == ToolCallForm.Hermes) return said;
        ToolReply reply = ToolCallParser.Parse(said, form);
        if (reply.Problems.Count > 0)
        {
            int thought = ToolCallParser.ThoughtLength(said);
            return $"{said[..thought]}{ToolCallParser.HermesOpen}{said[thought..]}{ToolCallParser.HermesClose}";
        }

        return reply.Content + string.Concat(reply.Calls.Select(c => ToolCallParser.HermesOpen + ToolJson.Text(c)
            + ToolCallParser.HermesClose));
    }
}
