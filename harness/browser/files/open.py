# Opens its argument, a URL, in Qt WebEngine and runs until it is killed.
import sys

from PyQt5.QtCore import QUrl
from PyQt5.QtWebEngineWidgets import QWebEngineView
from PyQt5.QtWidgets import QApplication

application = QApplication(sys.argv[:1])
view = QWebEngineView()
view.load(QUrl(sys.argv[1]))
view.show()
application.exec()
