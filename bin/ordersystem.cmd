@echo off
rem Starts OrderSystem from the folder that this file is installed in, whatever the working directory is.
rem   JAVA_HOME   the Java to use; without it, the one on the PATH
rem   JAVA_OPTS   options for it, such as -Xmx1g
rem   lib\ext\    jars of your own, such as another Camel component; lib\ comes first
setlocal
for %%i in ("%~dp0..") do set "ORDERSYSTEM_HOME=%%~fi"
if not exist "%ORDERSYSTEM_HOME%\lib\" (
    echo ordersystem: %ORDERSYSTEM_HOME%\lib is missing; in a clone, run: mvn -q compile exec:java 1>&2
    exit /b 3
)
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
set "JAVA_VERSION="
for /f "tokens=3" %%v in ('""%JAVA%" -XshowSettings:properties -version 2^>^&1" ^| findstr /c:"java.runtime.version ="') do set "JAVA_VERSION=%%v"
if not defined JAVA_VERSION (
    echo ordersystem: no Java found; install Java 17 or later, or set JAVA_HOME 1>&2
    exit /b 3
)
rem 1.8.0 is Java 8, 17.0.15+6 is 17, 25+36 is 25.
for /f "tokens=1 delims=.+-" %%v in ("%JAVA_VERSION%") do if %%v LSS 17 (
    echo ordersystem: %JAVA% is Java %JAVA_VERSION%; Java 17 or later is needed: set JAVA_HOME 1>&2
    exit /b 3
)
rem A check lives for a second or two: compiled in a hurry, it takes half the time.
set "QUICK="
if "%~1"=="check" set "QUICK=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
rem What 'ordersystem prepare' has kept. Where it does not fit any more, Java reads the jars, and need not tell.
set "CLASSES=%ORDERSYSTEM_HOME%\lib\classes-%JAVA_VERSION%.jsa"
set "KEPT="
if exist "%CLASSES%" set KEPT="-XX:SharedArchiveFile=%CLASSES%" "-Xlog:cds*=off"
rem config\ last on the class path: Java keeps no classes of jars that come after a folder.
rem Out of memory, it ends at once (exit code 3) and is to be started again: anything may be half done.
"%JAVA%" -XX:+ExitOnOutOfMemoryError %KEPT% %QUICK% %JAVA_OPTS% "-Dordersystem.home=%ORDERSYSTEM_HOME%" "-Dordersystem.classes=%CLASSES%" -cp "%ORDERSYSTEM_HOME%\lib\*;%ORDERSYSTEM_HOME%\lib\ext\*;%ORDERSYSTEM_HOME%\config" ordersystem.OrderSystem %*
exit /b %ERRORLEVEL%
