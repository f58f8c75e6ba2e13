using System.CommandLine;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary><c>innate render</c>: conversations through the chat template.</summary>
internal static class RenderCommand
{
    private const string Description = """
        Render conversations with the model's chat template.

        {"messages", "add_generation_prompt", "continue_final_message", "tools", "chat_template", ...} in, {"rendered": "..."}
        out. "chat_template" names one of the model's templates; other fields are variables for the template. Needs only the
        tokenizer's files.

        Example:
          echo '{"messages":[{"role":"user","content":"Hi"}],"add_generation_prompt":true}' | innate render
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RowLoop loop = new();
        Command command = new("render", Description);
        model.AddModelTo(command, threads: false);
        command.Add(model.ChatTemplate);
        loop.AddTo(command);
        command.SetAction(parsed =>
        {
            using ModelSession session = model.Open(parsed, io);
            ChatTemplate template = session.Template ?? throw new InputException($"{session.Folder} has no chat template.");
            if (parsed.GetValue(model.ChatTemplate) is { } name) template = template.Named(name);
            return loop.Run(parsed, io, row =>
            {
                string rendered = template.Render(row);
                return RowWriter.Line(w => w.WriteString("rendered", rendered));
            });
        });
        return command;
    }
}
