using System.Xml.Linq;
using ThotNet.Planner.Reports;

namespace ThotNet.Planner.Tests.Reports;

public sealed class TimelinePlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Draw_TwoPolicies_HasAPanelForEachWithAnAreaForEachTarget()
    {
        var svg = XDocument.Parse(TimelinePlot.Draw([HandMade.Result("p"), HandMade.Result("q")], TimeSpan.FromMinutes(10)).ToString()).Root!;

        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Equal(2, svg.Elements(Svg + "g").Count());
        Assert.All(svg.Elements(Svg + "g"), panel => Assert.Equal(2, panel.Elements(Svg + "polygon").Count()));
        Assert.Equal(["one/a", "two/<b>", "requests"], svg.Elements(Svg + "text").Select(text => text.Value));
        Assert.Equal("p: 6 of 10 served (60.0 %)", svg.Element(Svg + "g")!.Element(Svg + "text")!.Value);
    }

    [Fact]
    public void Draw_Counts_StackTargetsUnderTheLineOfRequests()
    {
        // The plot is 190 high above y = 230 and 870 wide from x = 70; six requests are the most of a part.
        var panel = TimelinePlot.Draw([HandMade.Result("p")], TimeSpan.FromMinutes(10)).Root!.Element(Svg + "g")!;

        Assert.Equal("70,103.3 505,103.3 505,40 940,40", panel.Element(Svg + "polyline")!.Attribute("points")!.Value);
        Assert.Equal(
            ["70,135 505,135 505,166.7 940,166.7 940,230 505,230 505,230 70,230", "70,135 505,135 505,135 940,135 940,166.7 505,166.7 505,135 70,135"],
            panel.Elements(Svg + "polygon").Select(area => area.Attribute("points")!.Value));
    }

    [Theory]
    [InlineData(10, "05:00")]
    [InlineData(1440, "12:00")]
    [InlineData(7 * 1440, "3d 00:00")]
    public void Draw_Length_DecidesHowTimesAreWritten(int minutes, string middle)
    {
        var labels = TimelinePlot.Draw([HandMade.Result("p")], TimeSpan.FromMinutes(minutes)).Descendants(Svg + "text").Select(text => text.Value);

        Assert.Contains(middle, labels);
    }

    [Fact]
    public void Draw_Axes_HaveMarksAtRoundNumbers()
    {
        var labels = TimelinePlot.Draw([HandMade.Result("p", 321)], new TimeSpan(23, 20, 0)).Descendants(Svg + "g").Elements(Svg + "text").Select(text => text.Value);

        Assert.Equal(
            ["0", "50", "100", "150", "200", "250", "300", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"], labels.Skip(1));
    }
}
