namespace Innate.Text.ToolCalls;

/// <summary>How a model family writes calls of tools into its turn.</summary>
public enum ToolCallForm
{
    /// <summary>
    /// <c>&lt;tool_call&gt;{"name": ..., "arguments": {...}}&lt;/tool_call&gt;</c>, any number, text around them (Hermes, Qwen).
    /// </summary>
    Hermes,

    /// <summary>
    /// <c>{"name": ..., "parameters": {...}}</c> from the turn's first character on, or after <c>&lt;|python_tag|&gt;</c>;
    /// several with semicolons between them (Llama 3).
    /// </summary>
    Llama,

    /// <summary>
    /// <c>[TOOL_CALLS] [{"name": ..., "arguments": {...}}]</c>, or <c>[TOOL_CALLS]name[ARGS]{...}</c> a call (Mistral).
    /// </summary>
    Mistral,
}
